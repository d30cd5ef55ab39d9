"""Persons: found by a keyed hash of their NIK, which itself lies sealed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from terpadu.pages.sealed import SealedField, index


class People(BaseUserManager["Person"]):
    """How persons are made and found."""

    def by_nik(self, nik: str) -> Person | None:
        """The person with this NIK, or none."""
        return self.filter(nik_index=index(nik)).first()


class Person(AbstractBaseUser):  # type: ignore[django-manager-missing]  # of swapped models of libraries
    """Someone with an account. `assurance` as in INApas: 1 stated, 2 matched with the register, 3 seen by an official."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = SealedField(null=True)
    nik = SealedField(null=True)
    nik_index = models.CharField(max_length=64, unique=True, null=True)
    birth_date = SealedField(null=True)
    assurance = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=2, default="id")
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return str(self.id)

    def get_full_name(self) -> str:
        """The name as the register has it; empty before it was proven."""
        return self.name or ""

    def set_nik(self, nik: str) -> None:
        """Both forms of the number at once."""
        self.nik, self.nik_index = nik, index(nik)
