"""Whom we believe: the federation published, fetched, verified, and the last good one kept (ARCHITECTURE.md)."""
