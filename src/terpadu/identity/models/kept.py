"""Rows that are evidence: nothing deletes them."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

from terpadu.errors import BadInput

M = TypeVar("M", bound=models.Model)


class KeptRows(models.QuerySet[M]):
    """Rows that are added and changed, never deleted."""

    def delete(self) -> NoReturn:
        raise BadInput("Expected these rows to stay as evidence; end them instead.")


class Kept(models.Model):
    """Never deleted, neither alone nor with others."""

    objects = KeptRows.as_manager()

    class Meta:
        abstract = True

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Never. Raises `BadInput`."""
        raise BadInput("Expected this row to stay as evidence; end it instead.")
