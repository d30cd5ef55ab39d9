"""From a CSV file's header and a few of its rows: a batch with its columns."""

from __future__ import annotations

import csv
from pathlib import PurePath

from terpadu.connectors.drafts import sources, writing
from terpadu.errors import BadInput

DELIMITERS = ";,\t|"
SAMPLE = 50
EXAMPLE_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFcOVuSAUvCCIcFkc4z0zlqLkZ4fTmDS1kUZxN2tq4E"


def draft(source: str) -> str:
    """A batch service for files like this one. Raises BadInput for what is no table."""
    return written(sources.read(source, "a CSV file with a header"), source)


def written(body: bytes, source: str) -> str:
    """The same from its bytes, whoever brought them; `source` is how it is called."""
    header, delimiter, rows = _table(body, source)
    name = PurePath(source).stem
    code = writing.code(name)
    lines = [
        *writing.system(name, "files", "sftp://server.instansi:22", PurePath(source).name),
        "",
        "[secrets]",
        'user = "SFTP_USER"  # the names of the entries that hold the values; EDIT',
        'password = "SFTP_PASSWORD"',
        "",
        "[files]",
        f"host_key = {writing.text(EXAMPLE_KEY)}  # EDIT: nobody's key; ask the server's owner for its own",
        'outbox = "masuk"  # EDIT: the folder there into which batches are put',
        'inbox = "keluar"  # EDIT: the folder there from which answers are taken',
        f"delimiter = {writing.text(delimiter)}",
        "",
        writing.table("service", code),
        'mode = "batch"',
        f'names = {{ send = "{code}-{{id}}.csv", receive = ["{code}-{{id}}.hasil.csv"] }}  # EDIT: as the other side names them',
        'row = "BARIS"  # EDIT: the column of the answer that counts our rows from 1',
        'verdict = { status = "STATUS" }  # EDIT: fields of a verdict, each from a column of the answer',
        "",
        "# Values that do not fit their pattern are named to the sender with line and column. EDIT: tighten them.",
        writing.table("service", code, "columns"),
        *(_column(column, [row[place] for row in rows]) for place, column in enumerate(header)),
        "",
        writing.table("service", code + "-putusan"),
        'mode = "ticket"',
        f"of = {writing.text(code)}",
    ]
    return writing.whole(lines)


def _table(body: bytes, source: str) -> tuple[list[str], str, list[list[str]]]:
    try:
        lines = body.decode("utf-8-sig").splitlines()[: SAMPLE + 1]
    except UnicodeDecodeError as error:
        raise BadInput(
            f"Expected a CSV file in UTF-8 at {source}, got the byte 0x{body[error.start]:02x} at place {error.start + 1}; "
            "save it as UTF-8."
        ) from None
    first = lines[0] if lines else ""
    delimiter = max(DELIMITERS, key=first.count)
    header = [name.strip().upper() for name in _split(first, delimiter)]
    if len(header) < 2 or not all(header) or len(set(header)) < len(header) or sources.html(body):
        what = "a web page (HTML)" if sources.html(body) else f"{first[:60]!r}"
        raise BadInput(
            f"Expected a CSV file at {source} whose first line names at least two columns, each once, separated by ; or ,; got "
            f"{what}; give a file with a header."
        )
    rows = [_split(line, delimiter) for line in lines[1:] if line.strip()]
    return header, delimiter, [row for row in rows if len(row) == len(header)]


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _column(name: str, values: list[str]) -> str:
    """The sample's own lengths, and digits where all are digits; never a value of the sample."""
    trimmed = [value.strip() for value in values]
    lengths = sorted({len(value) for value in trimmed}) or [0, 100]
    kind, word = ("[0-9]", "digits") if trimmed and all(value.isdecimal() for value in trimmed) else (".", "signs")
    low, high = lengths[0], lengths[-1]
    if kind == ".":
        low, high = min(low, 1), max(high, 100)
    many = f"{low}" if low == high else f"{low},{high}"
    said = f"{low} {word}" if low == high else f"{low} to {high} {word}"
    return f"{writing.key(name)} = {writing.inline({'pattern': f'{kind}{{{many}}}', 'expected': said})}"
