"""Mandates call a service by its title, in the page's language."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import override

from terpadu.identity.mandates import naming
from tests.unit.services import shelf


def test_mandates_know_services_by_their_titles(tmp_path: Path) -> None:
    with shelf.put_up(shelf.write(tmp_path / "layanan")):
        with override("id"):
            assert naming.titles()["kelahiran"] == "Kelahiran anak"
        with override("en"):
            assert naming.titles()["kelahiran"] == "A child is born"
