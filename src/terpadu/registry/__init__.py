"""The registry: who belongs to the federation, which services there are, who may use what; it publishes the signed files."""
