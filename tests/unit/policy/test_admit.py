"""The gate, and that there is no other way through."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import terpadu
from terpadu.errors import Refused
from terpadu.model.message import Decision
from terpadu.policy.admit import admit
from tests.spec.policy_world import AGREEMENT, FACTS, NOW, OFFERED, PERSON, World, decided, facts

SOURCE = Path(terpadu.__file__).parent
CALL: dict[str, Any] = {
    "verb": "POST", "path": "/person?x=1", "headers": ((b"accept", b"*/*"),), "body": b"{}",
    "number": "n", "until": NOW,
}  # fmt: skip


def test_a_yes_carries_the_agreements_fields() -> None:
    admitted = admit(decided(World()), **CALL, key="k")
    assert (admitted.fields, admitted.service, admitted.key) == (AGREEMENT.fields, OFFERED, "k")
    assert (admitted.path, admitted.body, admitted.until) == ("/person?x=1", b"{}", NOW)


def test_a_no_ends_here_with_its_code_and_sentence() -> None:
    decision = decided(facts(purpose="iseng")(World()))
    with pytest.raises(Refused) as caught:
        admit(decision, **CALL)
    assert (caught.value.code, caught.value.sentence) == ("purpose", decision.missing)


def test_a_metaservice_reaches_no_system() -> None:
    with pytest.raises(Refused, match="answered by the node"):
        admit(Decision(rule="metaservice", code=None), **CALL)


def test_facts_do_not_print_the_person() -> None:
    assert PERSON not in repr(FACTS)
    assert PERSON not in f"{FACTS}"


def _names(tree: ast.AST) -> list[ast.expr]:
    """Everything that is called, and everything that a decoder or `replace` could be told to make."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    told = [argument for call in calls for argument in (*call.args, *(word.value for word in call.keywords))]
    return [*(call.func for call in calls), *told]


def test_nobody_else_makes_an_admitted() -> None:
    makers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for made in _names(ast.parse(path.read_text()))
        if ast.unparse(made).rpartition(".")[2] == "Admitted"
    }
    assert makers == {"policy/admit.py"}
