"""The gate: a new application is refused by default, what exists is connected, an exemption is judged by three ministries."""
