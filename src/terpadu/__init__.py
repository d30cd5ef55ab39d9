"""Terpadu: the joining of a government's services, without replacing the systems that run them."""

__version__ = "0.1.0"
