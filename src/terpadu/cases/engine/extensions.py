"""Our own elements in a process file, into frozen values: <text> <shows> <asks> <decides> <reason> <term> <eyes> <office>."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from terpadu.cases.engine.cel import compiled
from terpadu.cases.engine.elements import Asked, Element, Kind, Lane, Option, Reason, Ruling, Shown
from terpadu.cases.engine.notation import OWN, own
from terpadu.errors import BadInput
from terpadu.facts.vocabulary import Text

ALLOWED = {
    "text": frozenset(("id", "en")),
    "detail": frozenset(("id", "en")),
    "shows": frozenset(("id", "en", "fact", "path")),
    "asks": frozenset(("id", "en", "name", "kind", "needed")),
    "option": frozenset(("id", "en", "value")),
    "decides": frozenset(("id", "en", "rule", "result", "examiner", "superior", "days", "months")),
    "reason": frozenset(("id", "en", "fact", "act", "when", "each")),
    "term": frozenset(("days",)),
    "eyes": frozenset(("count",)),
    "office": frozenset(("id", "en", "by")),
}
"""Element -> its attributes; `id` and `en` are the text in both languages."""


def element_of(node: etree._Element, kind: Kind, office: str) -> Element:
    """One task. Raises `BadInput` or `ValidationError` for what is not in form."""
    _check_known(node)
    term, eyes, ruling = _first(node, "term"), _first(node, "eyes"), _first(node, "decides")
    return msgspec.convert(
        {
            "id": node.get("id") or "",
            "kind": kind,
            "title": _title(node),
            "detail": _text(_first(node, "detail")),
            "office": office,
            "office_by": _office_by(node),
            "shows": tuple(_shown(one) for one in own(node, "shows")),
            "asks": tuple(_asked(one) for one in own(node, "asks")),
            "ruling": None if ruling is None else _ruling(ruling),
            "days": 0 if term is None else term.get("days", "0"),
            "eyes": 1 if eyes is None else eyes.get("count", "1"),
        },
        Element,
        strict=False,
    )


def lane_of(node: etree._Element, place: str) -> Lane:
    """An office. Raises `BadInput` where it has no name."""
    office, told = node.get("name") or "", _first(node, "office")
    if not office:
        raise BadInput(f"{place}: expected a name, the subsystem of the office.")
    _check_known(node)
    title = Text(id=office, en=office) if told is None else _text(told)
    return Lane(office=office, title=title)


def _check_known(node: etree._Element) -> None:
    for child in node.iter(f"{{{OWN}}}*"):
        name = etree.QName(child).localname
        strange = set(child.attrib) - ALLOWED.get(name, frozenset())
        if name not in ALLOWED or strange:
            raise BadInput(f"expected our own elements as the reference lists them, got <{name}> {sorted(strange)}")


def _title(node: etree._Element) -> Text:
    told = _first(node, "text")
    name = node.get("name") or node.get("id") or ""
    return Text(id=name, en=name) if told is None else Text(id=told.get("id") or name, en=told.get("en") or name)


def _text(node: etree._Element | None) -> Text:
    return (
        Text(id="", en="") if node is None else Text(id=node.get("id") or "", en=node.get("en") or node.get("id") or "")
    )


def _office_by(node: etree._Element) -> str:
    told = _first(node, "office")
    by = "" if told is None else told.get("by") or ""
    if by:
        compiled(by)
    return by


def _first(node: etree._Element, name: str) -> etree._Element | None:
    return next(own(node, name), None)


def _shown(node: etree._Element) -> Shown:
    if bool(node.get("fact")) == bool(node.get("path")):
        raise BadInput("expected <shows> with either a fact or a path")
    if path := node.get("path"):
        compiled(path)
    return Shown(title=_text(node), fact=node.get("fact") or "", path=node.get("path") or "")


def _asked(node: etree._Element) -> dict[str, Any]:
    options = tuple(Option(value=one.get("value") or "", title=_text(one)) for one in node.iterfind(f"{{{OWN}}}option"))
    kind = node.get("kind") or "text"
    if (kind == "choice") != bool(options) or not node.get("name"):
        raise BadInput("expected <asks> with a name, and with options where it is a choice")
    needed = node.get("needed", "true") == "true"
    asked = Asked(name=node.get("name") or "", title=_text(node), needed=needed, options=options)
    return {**msgspec.to_builtins(asked), "kind": kind}


def _ruling(node: etree._Element) -> dict[str, Any]:
    reasons = tuple(_reason(one) for one in node.iterfind(f"{{{OWN}}}reason"))
    ruling: dict[str, Any] = msgspec.to_builtins(
        Ruling(title=_text(node), rule=node.get("rule") or "", reasons=reasons)
    )
    given = {name: node.get(name) for name in ("result", "examiner", "superior", "days", "months") if node.get(name)}
    return {**ruling, **given}


def _reason(node: etree._Element) -> Reason:
    for expression in (node.get("when"), node.get("each")):
        if expression:
            compiled(expression)
    return Reason(text=_text(node), **{name: node.get(name) or "" for name in ("fact", "act", "when", "each")})
