"""Evidence files that are signed well and lie nevertheless: makers for the rows of the verifier's tests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from tests.lib.evidence_forge import (
    ASKER,
    PROVIDER,
    REQUEST_ID,
    WITNESSES,
    Forge,
    Sealed,
    exchange,
    noise,
)  # fmt: skip
from tests.lib.evidence_keys import NOW, Key, b64, lines, root_of

Maker = Callable[[Forge], str]
OTHER_NODE, OTHER_MEMBER = "ID/GOV/9/n2", "ID/GOV/7/n1"


def pair(
    forge: Forge, request: str = "", reply: str = "", *, ways: tuple[str, ...] = (ASKER, PROVIDER, PROVIDER, ASKER)
) -> dict[str, Sealed]:
    asked = forge.seal(request or forge.request(), ways[0], ways[1])
    return {"request": asked, "reply": forge.seal(reply or forge.reply(asked.head), ways[2], ways[3], time=NOW + 42)}


def signed_by(use: str, members: tuple[str, ...] = ("ID/GOV/1",), **changes: object) -> Maker:
    """The request's turn under a key with another entry; `changes` are the entry's."""

    def make(forge: Forge) -> str:
        forge.add(replace(Key(ASKER, use, members, "ecdsa-p256", seed="other"), **changes))  # type: ignore[arg-type]
        return exchange(forge, records=0)

    return make


def heads(request: dict[str, object] | None = None, reply: dict[str, object] | None = None) -> Maker:
    def make(forge: Forge) -> str:
        asked = forge.request(**(request or {}))
        return forge.file(pair(forge, asked, forge.reply(asked, **(reply or {}))), [])

    return make


def between(*ways: str) -> Maker:
    def make(forge: Forge) -> str:
        for node in (OTHER_NODE, OTHER_MEMBER):
            forge.add(Key(node, "frame", ("ID/GOV/1", "ID/GOV/9"), "ecdsa-p256"))
        return forge.file(pair(forge, ways=ways), [])

    return make


def twin_under_its_neighbours_index(forge: Forge) -> str:
    """A turn with the same frame twice: each stands at its own index only."""
    return exchange(forge, records=0, twin=True).replace("frame 1\n", "frame 2\n", 1)


def reply_to(request: dict[str, object]) -> Maker:
    """A true reply, to another request of the same asker."""

    def make(forge: Forge) -> str:
        other = forge.request(**request)
        return forge.file(pair(forge, "", forge.reply(other, id=REQUEST_ID)), [])

    return make


def alg_confusion(forge: Forge) -> str:
    """A P-256 signature under an entry that says ed25519 for the same 32 bytes."""
    forge.add(Key(ASKER, "frame", ("ID/GOV/1",), "ed25519"))
    p256 = replace(forge.keys[ASKER], alg="ecdsa-p256")
    asked = forge.seal(forge.request(), ASKER, PROVIDER)
    forged = asked.text.rsplit("— ", 1)[0]
    text = forged.split("\n\n", 1)[1].removesuffix("\n")
    line = f"— {ASKER} {b64(forge.keys[ASKER].key_id + p256.sign(text))}\n"
    return forge.file({"request": replace(asked, text=forged + line)}, [])


def wrong_root_for_a_short_path(forge: Forge) -> str:
    """A root that is the hash of nothing and a path, so that a careless climb from no leaf at all reaches it."""
    text = exchange(forge, records=0, frames=1, index=0)
    return text.replace("frame 0\n\n", f"frame 0\n{b64(bytes(32))}\n\n", 1)


def crafted_half_leaf(forge: Forge) -> str:
    sibling = noise("x", 1)[0]
    root = b64(root_of([sibling]))
    asked = forge.seal(
        forge.request(), ASKER, PROVIDER, text_of=lambda text: re.sub("frames 3 .*", f"frames 4 {root}", text)
    )
    short = re.sub(r"frame 1\n(.*\n)*?\n", f"frame 0\n{lines([sibling])}\n", asked.text, count=1)
    return forge.file({"request": replace(asked, text=short)}, [])


def without(section: str, text: str) -> str:
    return re.sub(rf"== {section}\n(?:(?!== ).*\n)*", "", text)


def end_with_more(forge: Forge) -> str:
    asked = forge.request(stream=True)
    end = forge.seal(forge.end(asked, more=True), ASKER, PROVIDER, time=NOW + 3)
    return forge.file({"request": forge.seal(asked, ASKER, PROVIDER), "request-end": end}, [])


def end_of_nothing(forge: Forge) -> str:
    asked = forge.request()
    end = forge.seal(forge.end(asked), ASKER, PROVIDER, time=NOW + 3)
    return forge.file({"request": forge.seal(asked, ASKER, PROVIDER), "request-end": end}, [])


def status_about_another(forge: Forge) -> str:
    asked, other = forge.request(), forge.request(id="00000000-0000-4000-8000-000000000009")
    query = forge.query(other)
    sealed = {"request": forge.seal(asked, ASKER, PROVIDER), "query": forge.seal(query, ASKER, PROVIDER, time=NOW + 51)}
    return forge.file(sealed | {"status": forge.seal(forge.status(query), PROVIDER, ASKER, time=NOW + 60)}, [])


def edited(old: str, new: str) -> Maker:
    def make(forge: Forge) -> str:
        text = exchange(forge, records=1)
        assert old in text
        return text.replace(old, new, 1)

    return make


def second_signature_line(forge: Forge) -> str:
    """A turn with two signature lines, both good, both keys shown."""
    other = forge.add(Key(OTHER_NODE, "frame", ("ID/GOV/9",)))
    asked = forge.seal(forge.request(), ASKER, PROVIDER)
    text = asked.text.split("\n\n", 1)[1].rsplit("— ", 1)[0].removesuffix("\n")
    return forge.file({"request": replace(asked, text=asked.text + other.line(text))}, [])


def unshown_cosigner(forge: Forge) -> str:
    return without("key", exchange(forge, records=1)).replace("== registry", f"{forge.key_section(ASKER)}== registry")


def unused_key(forge: Forge) -> str:
    return forge.file(pair(forge), [], names={ASKER, PROVIDER, WITNESSES[0]})


def raw_head(change: Callable[[str], str]) -> Maker:
    """A head in another spelling, signed as it stands."""

    def make(forge: Forge) -> str:
        return forge.file({"request": forge.seal(change(forge.request()), ASKER, PROVIDER)}, [])

    return make


def repeated(section: str, **how: object) -> Maker:
    """One section of a true file stands twice, character for character."""

    def make(forge: Forge) -> str:
        text = exchange(forge, **how)  # type: ignore[arg-type]
        found = re.search(rf"== {section}\n(?:(?!== ).*\n)*", text)
        assert found
        return text[: found.end()] + found[0] + text[found.end() :]

    return make


def title_moved(forge: Forge) -> str:
    """All lines in their order, but the first line of the seal stands in the section of the head."""
    line = f"messages 3 1 {PROVIDER}\n"
    return edited(f"== seal request\n{line}", f"{line}== seal request\n")(forge)


def fields_turned_round(head: str) -> str:
    return json.dumps(dict(reversed(json.loads(head).items())), separators=(",", ":"))


def another_head(forge: Forge) -> str:
    """A head that its frame does not list, beside a seal that is true."""
    asked = forge.seal(forge.request(), ASKER, PROVIDER)
    return forge.file({"request": replace(asked, head=forge.request(purpose="lain"))}, [])


def seal_edited(old: str, new: str) -> Maker:
    def make(forge: Forge) -> str:
        asked = forge.seal(forge.request(), ASKER, PROVIDER)
        assert old in asked.text
        return forge.file({"request": replace(asked, text=asked.text.replace(old, new, 1))}, [])

    return make


def turn_in_anothers_name(forge: Forge) -> str:
    asked = forge.seal(forge.request(), ASKER, PROVIDER, text_of=lambda text: text.replace(ASKER, OTHER_NODE))
    return forge.file({"request": asked}, [])
