"""The web project: configuration, addresses, the composition of the rooms; no rules of its own."""
