"""What a command says when it could not: every code has its Indonesian sentence, and its status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from terpadu.cli.app import app
from terpadu.cli.sentences import SENTENCES
from terpadu.cli.told import told
from terpadu.errors import CODES, BadInput, EvidenceBroken, Refused, TerpaduError, Unverified

SOURCES = Path(__file__).parents[3] / "src/terpadu"
OWN = {BadInput.code, EvidenceBroken.code, Unverified.code, TerpaduError.code, "unsigned", "not-started"}


def test_every_code_has_a_sentence_and_no_sentence_is_left_over() -> None:
    assert set(SENTENCES) == set(CODES) | OWN


def test_the_codes_that_only_commands_meet_are_used() -> None:
    text = "".join(path.read_text() for folder in ("cli", "trust") for path in (SOURCES / folder).glob("*.py"))
    assert all(re.search(rf'"{code}"\)', text) for code in ("unsigned", "not-started"))


def test_the_exact_sentence_follows_the_meaning() -> None:
    error = Refused("quota", "Expected 5, got 6.")
    assert told(error) == "Kuota harian kesepakatan sudah habis. Coba besok. [quota]\n  Expected 5, got 6."


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["verify", "NONE", "--root", "NONE"], 2, "[bad-input]"),
        (["node", "run", "NONE"], 2, "[bad-input]"),
        (["doctor", "NONE"], 2, "[bad-input]"),
        (["explain", "x", "--settings", "NONE"], 2, "[bad-input]"),
        (["journal", "check", "NONE"], 2, "[bad-input]"),
        (["federation", "diff", "--dir", "NONE"], 2, "[bad-input]"),
        (["federation", "member", "add", "tanpa-garis", "--name", "x", "--dir", "REGISTRY"], 2, "[bad-request]"),
        (["federation", "publish", "--dir", "REGISTRY"], 1, "[unsigned]"),
        (["federation", "publish", "--serve", "8080", "--dir", "REGISTRY"], 1, "[unsigned]"),
        (["connect", "openapi", "NONE"], 2, "[bad-input]"),
        (["connect", "openapi"], 2, ""),
        (["federation", "tidak-ada"], 2, ""),
    ],
)
def test_statuses_are_the_same_in_all_commands(tmp_path: Path, words: list[str], status: int, said: str) -> None:
    """0 done, 1 the answer is no, 2 wrong use."""
    places = {"NONE": str(tmp_path / "tidak-ada"), "REGISTRY": str(tmp_path / "registri")}
    made = CliRunner().invoke(app, ["federation", "init", places["REGISTRY"], "--instance", "ID"])
    assert made.exit_code == 0
    done = CliRunner().invoke(app, [places.get(word, word) for word in words])
    assert (done.exit_code, said in done.output) == (status, True), done.output
    assert "Traceback" not in done.output
