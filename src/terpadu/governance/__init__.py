"""Governance: the inventory of applications, and the gate that refuses a new one where what exists can be connected."""
