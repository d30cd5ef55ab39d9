"""What a terminal says about an answer."""

from __future__ import annotations

import pytest

from terpadu.errors import CODES
from terpadu.model.federation import Revocations
from terpadu.model.heads import RequestHead
from terpadu.model.rights import rights_of
from terpadu.policy.agreement_rules import AGREEMENT_RULES
from terpadu.policy.explain import ADVICE, explain
from terpadu.policy.federation_rules import FEDERATION_RULES
from tests.spec.policy_world import CONSUMER, FEDERATION, NOW, SERVICE, World

RIGHTS = rights_of(FEDERATION, World().narrowing, Revocations(1))
RULES = {rule.name: rule.code for rule in (*FEDERATION_RULES, *AGREEMENT_RULES)} | {"agreement": "no-agreement"}


def _head(agreement: str = "A1/1") -> RequestHead:
    return RequestHead(agreement=agreement, content="x" * 44, source=CONSUMER, id="x" * 36, kind="request",
                       purpose="iseng", time=NOW, to=SERVICE, until=NOW, v=1)  # fmt: skip


def test_every_rule_has_its_advice() -> None:
    assert ADVICE.keys() == RULES.keys()


@pytest.mark.parametrize("rule", ADVICE)
def test_a_no_names_rule_agreement_lack_and_step(rule: str) -> None:
    told = "\n".join(explain(rule, RULES[rule], RIGHTS, _head()))
    for part in (f"kaidah {rule}", RULES[rule], "Yang kurang: ", "Langkah: ", "Kesepakatan A1/1", "nama, alamat"):
        assert part in told


def test_a_yes_names_its_agreement() -> None:
    told = explain("agreement A1/1", None, RIGHTS, _head())
    assert told[1] == "Diizinkan; yang memutuskan: agreement A1/1."


def test_an_agreement_unknown_now_is_said_to_be_so() -> None:
    assert explain("quota", "quota", RIGHTS, _head("A9/1"))[-1].startswith("Kesepakatan A9/1 tidak ada")


def test_what_is_no_policy_says_so() -> None:
    told = explain("replay", "replay", RIGHTS, _head())[1]
    assert "bukan putusan kebijakan" in told
    assert CODES["replay"].meaning in told
