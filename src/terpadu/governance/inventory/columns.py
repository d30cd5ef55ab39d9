"""The columns of an inventory file, as one table: how each is called, read, and written again.

The six codes name places in the reference architectures of Perpres 132/2022: proses bisnis (RAB), layanan (RAL), data (RAD),
aplikasi (RAA), infrastruktur (RAI) and keamanan (RAK), two to four levels deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from terpadu.errors import Refused
from terpadu.governance.models import Hosting, Interface, Kind, Personal
from terpadu.governance.stages import Stage
from terpadu.model.identifiers import member_id
from terpadu.pages import csv

if TYPE_CHECKING:
    from terpadu.pages.navigation import Words

LONGEST = 2000
_NUMBER = re.compile(r"\d{1,15}|\d{1,3}(\.\d{3}){1,4}")
_PERSONAL = re.compile(r"(?<!\d)\d{16}(?!\d)")
"""Sixteen digits in a row are a NIK or a KK; the inventory is public and holds none."""


class Unfit(ValueError):
    """A cell is not what its column expects."""


class Column(NamedTuple):
    """A column: its name in files, the field, how a cell is read, what is expected, and whether it may stay empty."""

    name: str
    field: str
    label: Words
    read: Callable[[str], Any]
    expected: Words
    needed: bool = False


def _text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > longest or _PERSONAL.search(cell) or not cell.replace("\n", "").isprintable():
            raise Unfit
        return cell

    return read


def _member(cell: str) -> str:
    try:
        return member_id(cell)
    except Refused:
        raise Unfit from None


def _code(architecture: str) -> Callable[[str], str]:
    form = re.compile(rf"{architecture}(\.\d{{2}}){{1,4}}")

    def read(cell: str) -> str:
        if not form.fullmatch(cell):
            raise Unfit
        return cell

    return read


def _choice(choices: Any) -> Callable[[str], str]:
    known = frozenset(choices.values)

    def read(cell: str) -> str:
        wanted = cell.lower().replace(" ", "-")
        if wanted not in known:
            raise Unfit
        return wanted

    return read


def _number(cell: str) -> int:
    if not _NUMBER.fullmatch(cell):
        raise Unfit
    return int(cell.replace(".", ""))


def _year(cell: str) -> int:
    if not re.fullmatch(r"(19|20)\d{2}", cell):
        raise Unfit
    return int(cell)


def _one_of(choices: Any) -> str:
    return ", ".join(choices.values)


_SHORT = _("paling banyak 200 huruf, tanpa nomor induk orang")
_LONG = _("paling banyak 2.000 huruf, tanpa nomor induk orang")

COLUMNS: tuple[Column, ...] = (
    Column("instansi", "member", _("Kode instansi"), _member, _("kode anggota, misalnya ID/GOV/KEMENKES"), True),
    Column("nama_instansi", "agency", _("Nama instansi"), _text(200), _SHORT, True),
    Column("kode", "code", _("Nomor di instansi"), _text(60), _("paling banyak 60 huruf"), True),
    Column("nama", "name", _("Nama"), _text(200), _SHORT, True),
    Column("jenis", "kind", _("Jenis"), _choice(Kind), _one_of(Kind)),
    Column("fungsi", "function", _("Fungsi"), _text(LONGEST), _LONG, True),
    Column("unit", "unit", _("Unit pemilik"), _text(200), _SHORT),
    Column("status", "stage", _("Status"), _choice(Stage), _one_of(Stage)),
    Column("kode_proses_bisnis", "process_code", _("Kode proses bisnis"), _code("RAB"), _("misalnya RAB.02.03")),
    Column("kode_layanan", "service_code", _("Kode layanan"), _code("RAL"), _("misalnya RAL.02.03")),
    Column("kode_data", "data_code", _("Kode data"), _code("RAD"), _("misalnya RAD.02.03")),
    Column("kode_aplikasi", "application_code", _("Kode aplikasi"), _code("RAA"), _("misalnya RAA.01.02")),
    Column("kode_infrastruktur", "infrastructure_code", _("Kode infrastruktur"), _code("RAI"), _("misalnya RAI.01.02")),
    Column("kode_keamanan", "security_code", _("Kode keamanan"), _code("RAK"), _("misalnya RAK.01.02")),
    Column("pengguna", "users", _("Pengguna"), _number, _("jumlah orang, misalnya 7841 atau 7.841")),
    Column("biaya", "cost", _("Biaya sampai sekarang"), _number, _("jumlah rupiah, misalnya 1240000000 atau 1.240.000.000")),
    Column("hosting", "hosting", _("Tempat berjalan"), _choice(Hosting), _one_of(Hosting)),
    Column("data", "data", _("Data yang disimpan"), _text(LONGEST), _LONG),
    Column("data_pribadi", "personal", _("Data pribadi"), _choice(Personal), _one_of(Personal)),
    Column("antarmuka", "interface", _("Antarmuka"), _choice(Interface), _one_of(Interface)),
    Column("alamat_antarmuka", "interface_at", _("Alamat antarmuka"), _text(300), _("paling banyak 300 huruf")),
    Column("sejak", "since", _("Dipakai sejak"), _year, _("tahun, misalnya 2019")),
)  # fmt: skip
BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
BY_FIELD: dict[str, Column] = {column.field: column for column in COLUMNS}
NEEDED = frozenset(column.name for column in COLUMNS if column.needed)
CODES = tuple(column.field for column in COLUMNS if column.field.endswith("_code"))
EDITED = tuple(column.field for column in COLUMNS if column.field not in ("member", "code", "stage"))
"""Fields that an edit or a second import may change; the name of an entry and its stage have their own ways."""


class Problem(NamedTuple):
    """A cell that does not fit: which column, and what stands there."""

    column: str
    found: str


def read_row(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """A row of text into values of fields, and what does not fit. An empty cell that may be empty gives no value."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in COLUMNS:
        cell = plain(cells.get(column.name, ""))
        if not cell:
            if column.needed:
                problems.append(Problem(column.name, ""))
            continue
        try:
            values[column.field] = column.read(cell)
        except Unfit:
            problems.append(Problem(column.name, cell[:80]))
    return values, problems


def plain(cell: str) -> str:
    """A cell without space around it, and without the apostrophe that our own files put before a formula."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and csv.DANGEROUS.match(text[1:]) else text
