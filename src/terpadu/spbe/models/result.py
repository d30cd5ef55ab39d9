"""Published results: which instansi, in which year, by which decree and on which page. Figures stay as they were printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models

from terpadu.identity.models.kept import Kept, KeptRows


class Instansi(models.Model):
    """`key`: the Kemendagri code of an area, or the id of an office of the centre (`centre.py`); it never changes.

    `kind`: provinsi, kabupaten, kota, Kementerian, LPNK or Lembaga Lain. `province`: the code of its province, or empty.
    """

    key = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, db_index=True)
    province = models.CharField(max_length=2, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class Decree(Kept):
    """What published results: its number, its day, where it can be read, and the moment from which it may be shown."""

    number = models.CharField(max_length=200, unique=True)
    dated = models.DateField()
    source = models.CharField(max_length=500, blank=True)
    public_from = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.number


class Results(KeptRows["Result"]):
    """Results, also those that nobody may see yet."""

    def public(self, now: datetime) -> Self:
        """Only what may be shown at this moment; every way out of this room goes through here."""
        return self.filter(decree__public_from__lte=now)

    def newest(self, now: datetime) -> Self:
        """Of the public results of an instansi and a year, the one whose decree is the latest."""
        later = Result.objects.public(now).filter(
            models.Q(decree__dated__gt=models.OuterRef("decree__dated"))
            | models.Q(decree__dated=models.OuterRef("decree__dated"), pk__gt=models.OuterRef("pk")),
            instansi=models.OuterRef("instansi"),
            year=models.OuterRef("year"),
        )
        return self.public(now).exclude(models.Exists(later))


class Result(Kept):
    """One result as a decree has it.

    `printed` is the index as the decree has it; `index` is there to sort by (SQLite keeps no decimals exactly).
    `figures`: {"a1": "3.17", "d1": ...}. `contradictions`: sentences on what in
    it cannot be true, found when it was brought in; the result stands as it was published all the same.
    """

    instansi = models.ForeignKey(Instansi, on_delete=models.PROTECT, related_name="results")
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="results")
    year = models.PositiveSmallIntegerField(db_index=True)
    instrument = models.CharField(max_length=60)
    index = models.DecimalField(max_digits=12, decimal_places=10)
    printed = models.CharField(max_length=20)
    predicate = models.CharField(max_length=40)
    page = models.CharField(max_length=20, blank=True)
    figures = models.JSONField(default=dict)
    contradictions = models.JSONField(default=list)

    objects: ClassVar[Any] = Results.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instansi", "year", "decree"], name="one_result_a_year_and_decree")
        ]

    def __str__(self) -> str:
        return f"{self.instansi_id} {self.year}"
