"""One member's nodes share the secret of their idempotency keys, through a pipe, and no other member's node gets in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from terpadu.errors import BadInput
from terpadu.trust import keys, secret


@pytest.fixture
def nodes(tmp_path: Path) -> dict[str, keys.NodeKeys]:
    """Two nodes of one member and one of another, as `terpadu node init` makes them."""
    names = {"n1": "ID/GOV/DUK/n1", "n2": "ID/GOV/DUK/n2", "asing": "ID/GOV/KES/n1"}
    return {folder: keys.create(tmp_path / folder, name) for folder, name in names.items()}


def test_after_the_pipe_both_hash_alike(nodes: dict[str, keys.NodeKeys]) -> None:
    one, other = nodes["n1"].folder, nodes["n2"].folder
    assert nodes["n1"].idempotency_secret != nodes["n2"].idempotency_secret
    command = (sys.executable, "-m", "terpadu", "node", "secret")
    given = subprocess.run([*command, "give", one], capture_output=True, check=True, timeout=60)
    taken = subprocess.run([*command, "take", other], input=given.stdout, capture_output=True, check=True, timeout=60)
    assert keys.load(other).idempotency_secret == nodes["n1"].idempotency_secret
    assert (other / keys.KEYING).stat().st_mode & 0o077 == 0
    mark = secret.fingerprint(nodes["n1"].idempotency_secret)
    assert mark in taken.stdout.decode()
    assert given.stdout.split()[2] not in taken.stdout + taken.stderr


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: "",
        lambda line: line[:-1],
        lambda line: line.replace("terpadu.secret/1", "terpadu.secret/2"),
        lambda line: line.replace("ID/GOV/DUK/n1", "n1"),
        lambda line: " ".join(("A" + word[1:] if place == 2 else word for place, word in enumerate(line.split()))),
        lambda line: line + " lebih",
        lambda line: line + " " * secret.LIMIT,
    ],
)  # fmt: skip
def test_what_is_not_the_whole_line_changes_nothing(nodes: dict[str, keys.NodeKeys], spoil: object) -> None:
    line = secret.line(nodes["n1"])
    spoilt = spoil(line)  # type: ignore[operator]
    if spoilt == line:
        pytest.skip("the random secret begins with A")
    with pytest.raises(BadInput, match="whole line") as caught:
        secret.take(nodes["n2"].folder, spoilt)
    assert line.split()[2] not in str(caught.value)
    assert keys.load(nodes["n2"].folder).idempotency_secret == nodes["n2"].idempotency_secret


def test_another_member_s_secret_is_not_taken(nodes: dict[str, keys.NodeKeys]) -> None:
    with pytest.raises(BadInput, match="another member's"):
        secret.take(nodes["asing"].folder, secret.line(nodes["n1"]))
