"""The inventory and what happens to it."""

from terpadu.governance.models.application import Application

__all__ = ("Application",)
