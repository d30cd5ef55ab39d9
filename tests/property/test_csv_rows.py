"""CSV rows: what is written is read back the same; whatever comes, each line is a row, a fault, or the file is refused."""

from __future__ import annotations

import contextlib
import io

from hypothesis import given
from hypothesis import strategies as st

from terpadu.connectors.files.description import Column
from terpadu.connectors.files.rows import Fault, Row, answers, read, write
from terpadu.errors import Refused

COLUMNS = {"NIK": Column(pattern="[0-9]{16}", expected="16 angka"), "NAMA": Column()}
ENTRY = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20).map(str.strip)
ROWS = st.lists(st.fixed_dictionaries({"NIK": st.from_regex(r"[0-9]{16}", fullmatch=True), "NAMA": ENTRY.filter(bool)}))


@given(rows=ROWS, delimiter=st.sampled_from(";,\t|"))
def test_what_is_written_is_read_back(rows: list[dict[str, str]], delimiter: str) -> None:
    file = b"".join(write(rows, COLUMNS, delimiter))
    assert [row.values for row in read(io.BytesIO(file), COLUMNS) if isinstance(row, Row)] == rows
    assert [row.values for row in answers(io.BytesIO(file), "NIK")] == rows


@given(lines=st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line)))
def test_every_line_that_is_not_blank_is_accounted_for(lines: list[bytes]) -> None:
    file = b"\n".join([b"NIK;NAMA", *lines])
    found = list(read(io.BytesIO(file), COLUMNS))
    wanted = [number for number, line in enumerate(lines, 2) if line.strip()]
    assert [one.line for one in found] == wanted
    assert all(isinstance(one, Row | Fault) for one in found)


@given(file=st.binary(max_size=400))
def test_any_bytes_are_rows_or_one_refusal(file: bytes) -> None:
    with contextlib.suppress(Refused):
        list(read(io.BytesIO(file), COLUMNS))
