"""Lying evidence files, second half: what is kept and listed: registries, journals, witnesses, revocations, contents."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tests.lib.evidence_forge import (
    ANSWER,
    ASKER,
    PROVIDER,
    REQUEST_ID,
    SECOND,
    WITNESSES,
    Forge,
    commitment,
    exchange,
)  # fmt: skip
from tests.lib.evidence_keys import NOW, YEAR, Key
from tests.lib.evidence_lies import OTHER_NODE, Maker, pair


def recorded(side: str = "in", journal: str = "", **changes: object) -> Maker:
    def make(forge: Forge) -> str:
        forge.add(Key(f"{OTHER_NODE}/journal/1", "journal", ("ID/GOV/9",)))
        sealed = pair(forge)
        return forge.file(sealed, [forge.record(sealed["request"], side, journal=journal, **changes)])  # type: ignore[arg-type]

    return make


def journal_key(use: str = "journal", **changes: object) -> Maker:
    def make(forge: Forge) -> str:
        name = f"{PROVIDER}/journal/1"
        forge.add(replace(Key(name, use, ("ID/GOV/9",), seed="other"), **changes))  # type: ignore[arg-type]
        return exchange(forge, records=1)

    return make


def witness_key(use: str = "witness", second: int = SECOND, **changes: object) -> Maker:
    def make(forge: Forge) -> str:
        key = forge.add(replace(Key(WITNESSES[0], use, ("ID/GOV/2",), seed="other"), **changes))  # type: ignore[arg-type]
        sealed = pair(forge)
        return forge.file(sealed, [forge.record(sealed["request"], "in", cosigned=[(key, second)])])

    return make


def same_frame_in_another_turn(forge: Forge) -> str:
    """Two frames with the same content: the record names the turn that is not shown."""
    head = forge.request()
    shown, hidden = (
        forge.seal(head, ASKER, PROVIDER, company=0),
        forge.seal(head, ASKER, PROVIDER, company=0, time=NOW + 9),
    )
    assert shown.frame == hidden.frame
    return forge.file({"request": shown}, [forge.record(hidden, "in")])


def one_key_in_two_uses(forge: Forge) -> str:
    forge.add(Key(f"{PROVIDER}/journal/1", "journal", ("ID/GOV/9",), seed="shared"))
    forge.add(Key(PROVIDER, "frame", ("ID/GOV/9",), seed="shared"))
    return exchange(forge, records=1)


def offline_key_as_a_nodes_key(forge: Forge) -> str:
    forge.add(Key(PROVIDER, "frame", ("ID/GOV/9",), seed="ID/registry/3 registry"))
    return exchange(forge, records=1)


def registry(signers: Callable[[Forge], list[Key]]) -> Maker:
    def make(forge: Forge) -> str:
        return forge.file(pair(forge), [], signers=signers(forge))

    return make


def one_offline_key_under_two_names(forge: Forge) -> str:
    first = forge.offline[0]
    forge.offline[1] = Key("ID/registry/2", "registry", (), seed=f"{first.name} registry")
    return exchange(forge)


def unlisted_key(forge: Forge) -> str:
    """An entry shown at the index and with the path of another, true one."""
    text = exchange(forge, records=0)
    true, false = forge.keys[ASKER].entry, Key(ASKER, "frame", ("ID/GOV/1", "ID/GOV/7"), "ecdsa-p256").entry
    return text.replace(true, false)


def revoked(name: str, before: int, records: int = 4) -> Maker:
    """The key is revoked `before` seconds before the time that two witnesses give."""

    def make(forge: Forge) -> str:
        forge.revoke(forge.keys[name], SECOND + 7 - before)
        return exchange(forge, records=records)

    return make


def revoked_without_witnesses(forge: Forge) -> str:
    forge.witnesses = 0
    forge.revoke(forge.keys[ASKER], SECOND + YEAR)
    return exchange(forge)


def vouched_by(*names: str) -> Maker:
    """A revoked signer, whose record these witnesses saw well before the revocation."""

    def make(forge: Forge) -> str:
        for name in names:
            forge.keys.setdefault(name, Key(name, "witness", ("/".join(name.split("/")[:3]),)))
        sealed = pair(forge)
        forge.revoke(forge.keys[PROVIDER], SECOND + 100)
        record = forge.record(sealed["reply"], "out", cosigned=[(forge.keys[name], SECOND) for name in names])
        return forge.file(sealed, [record])

    return make


def revoked_witness(forge: Forge) -> str:
    """A stolen witness key cannot date the theft of another key back."""
    forge.revoke(forge.keys[WITNESSES[0]], SECOND + 500)
    return vouched_by(*WITNESSES[:2])(forge)


def shown(contents: dict[str, bytes], *names: str) -> Maker:
    """These contents beside the messages of these names (all, if none is given)."""

    def make(forge: Forge) -> str:
        sealed = {name: part for name, part in pair(forge).items() if name in (names or ("request", "reply"))}
        return forge.file(sealed, [], contents=contents)

    return make


def content_lent_by_the_request(forge: Forge) -> str:
    """The reply commits to its bytes under the request's kind."""
    asked = forge.request()
    lent = forge.reply(asked, content=commitment("request", REQUEST_ID, ANSWER))
    return forge.file(pair(forge, asked, lent), [], contents={"reply": ANSWER})


def another_registry(forge: Forge) -> str:
    """Well signed by the trusted keys, under another origin."""
    text, last = exchange(forge, records=0).split("== registry\n")
    tree = last.split("\n\n")[0].replace("ID/registry\n", "ID/archive\n") + "\n"
    return f"{text}== registry\n{tree}\n" + "".join(key.line(tree) for key in forge.offline)


def registry_signed_wrongly(forge: Forge) -> str:
    """The names and key ids of trusted keys over signatures of nothing."""
    text, last = exchange(forge, records=0).split("== registry\n")
    tree = last.split("\n\n")[0] + "\n"
    return f"{text}== registry\n{tree}\n" + "".join(key.line("something else\n") for key in forge.offline)


def unsigned_checkpoint(forge: Forge) -> str:
    """Witnesses signed the checkpoint, its own log did not."""
    text = exchange(forge, records=1)
    own = f"{PROVIDER}/journal/1"
    section = forge.key_section(own)
    return re.sub(f"— {own} .*\n", "", text).replace(section, "")


def one_witness_twice(forge: Forge) -> str:
    witness, sealed = forge.keys[WITNESSES[0]], pair(forge)
    return forge.file(
        sealed, [forge.record(sealed["request"], "in", cosigned=[(witness, SECOND), (witness, SECOND + 1)])]
    )
