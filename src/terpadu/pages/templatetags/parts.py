"""The parts that pages repeat: facts, states of a case, looks, tables. `/contoh-komponen/` shows each with its states.

Every part takes plain values; a room says which. Times are what `words.When` allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.translation import gettext_lazy as _

from terpadu.errors import BadInput
from terpadu.pages.words import When

register = template.Library()

TAGS: dict[str, str] = {
    "yours": "alert-triangle",
    "office": "hourglass-high",
    "done": "check",
    "refused": "x",
    "blocked": "ban",
    "waiting": "clock",
    "asked": "message-question",
    "open": "",
    "plain": "",
}
"""Kind of a tag -> its icon: colour never speaks alone."""

STAGES: dict[str, tuple[Any, int]] = {
    "draft": (_("Rancangan"), 0),
    "trial": (_("Uji coba"), 1),
    "limited": (_("Terbatas"), 2),
    "general": (_("Umum"), 3),
    "halted": (_("Dihentikan"), 0),
}
"""Stage of a launch -> word and filled dots."""

PREDICATES: tuple[tuple[Any, float, float], ...] = (
    (_("Kurang"), 1.0, 1.8),
    (_("Cukup"), 1.8, 2.6),
    (_("Baik"), 2.6, 3.5),
    (_("Sangat Baik"), 3.5, 4.2),
    (_("Memuaskan"), 4.2, 5.0),
)
"""The five predicates of the SPBE index (PermenPANRB 59/2020): word, from, below."""


@register.inclusion_tag("pages/parts/tag.html")
def tag(words: str, kind: str = "plain") -> dict[str, Any]:
    """A state in a word: `{% tag _("Giliran Anda") "yours" %}`. Kinds: the table TAGS."""
    if kind not in TAGS:
        raise BadInput(f"Expected a kind of tag out of {', '.join(TAGS)}; got {kind!r}.")
    return {"words": words, "kind": kind, "icon_name": TAGS[kind]}


@register.inclusion_tag("pages/parts/source.html")
def source(office: str, at: When | None = None, note: str = "", warns: bool = False) -> dict[str, Any]:
    """Where a value came from: `{% source "Dukcapil, Kemendagri" fact.fetched %}`; `note` stands in place of the time."""
    return {"office": office, "at": at, "note": note, "warns": warns}


@register.inclusion_tag("pages/parts/fact.html")
def fact(
    label: str, value: object, office: str, at: When | None = None, wrong: str = "", note: str = ""
) -> dict[str, Any]:
    """A fact with its source, inside `<dl class="facts">`; `wrong` is where "Tidak benar?" leads: to the owner."""
    return {"label": label, "value": value, "office": office, "at": at, "wrong": wrong, "note": note}


@register.inclusion_tag("pages/parts/differing.html")
def differing(label: str, said: str, values: Sequence[Mapping[str, Any]], wrong: str = "") -> dict[str, Any]:
    """Facts disagree, inside `<dl class="facts">`. Each value: value, office, note (its date), why (used) or ask, address."""
    return {"label": label, "said": said, "values": values, "wrong": wrong}


@register.inclusion_tag("pages/parts/source_down.html")
def source_down(
    label: str,
    office: str,
    tried: Iterable[When],
    possible: str,
    again: str = "",
    last: str = "",
    last_at: When | None = None,
) -> dict[str, Any]:
    """An office does not answer, inside `<dl class="facts">`: when it was tried, what is still possible, what was last known."""
    return {
        "label": label,
        "office": office,
        "tried": list(tried),
        "possible": possible,
        "again": again,
        "last": last,
        "last_at": last_at,
    }


@register.inclusion_tag("pages/parts/asking.html")
def asking(title: str, offices: Sequence[tuple[str, bool, str]], note: str = "") -> dict[str, Any]:
    """Waiting without JavaScript: each office with whether it has answered and how long it usually takes; a reload link."""
    return {"title": title, "offices": offices, "note": note}


@register.inclusion_tag("pages/parts/empty.html")
def empty(title: str, text: str, address: str = "", action: str = "") -> dict[str, Any]:
    """What will appear here, and one way to start."""
    return {"title": title, "text": text, "address": address, "action": action}


@register.inclusion_tag("pages/parts/steps.html")
def steps(current: int, *names: str) -> dict[str, Any]:
    """Where the person stands: `{% steps 1 _("Periksa") _("Kirim") _("Terima dokumen") %}`; more than all: all are done."""
    return {"current": current, "names": names}


@register.inclusion_tag("pages/parts/documents.html")
def documents(before: int, now: int, text: str, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """How many documents were asked for and are now. Rows: document, note, instead, source."""
    return {"before": before, "now": now, "text": text, "rows": rows}


@register.inclusion_tag("pages/parts/case_status.html")
def case_status(**said: Any) -> dict[str, Any]:
    """Whose turn, the deadline, the results. Words: turn, turn_note, yours, due, day, days, due_note, done, done_note."""
    days, day = int(said.get("days") or 0), int(said.get("day") or 0)
    return {**said, "bars": [number <= day for number in range(1, days + 1)] if days <= 14 else []}


@register.inclusion_tag("pages/parts/timeline.html")
def timeline(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The walk of a case. Entries: title, text, source, at, state (done, refused, now, open), links (pairs of word, address)."""
    return {"entries": entries}


@register.inclusion_tag("pages/parts/decision.html")
def decision(**said: Any) -> dict[str, Any]:
    """A decision. Words: title, granted, intro, reasons (text, office, at, note), rule, rule_address, automated, note,
    object_address, object_until, object_days, examiner."""
    return said


@register.inclusion_tag("pages/parts/look.html")
def look(**said: Any) -> dict[str, Any]:
    """Somebody looked. Words: at, office, refused, asked, purpose, basis, case, case_address, owner, fields (label, matched),
    ask_address, proof_address."""
    return said


@register.inclusion_tag("pages/parts/message.html")
def message(author: str, at: When, text: str, mine: bool = False) -> dict[str, Any]:
    """One message about a case."""
    return {"author": author, "at": at, "text": text, "mine": mine}


@register.inclusion_tag("pages/parts/stage.html")
def stage(name: str) -> dict[str, Any]:
    """The stage of a launch: a word and up to three dots. Names: the table STAGES."""
    word, filled = STAGES[name]
    return {"word": word, "dots": [number < filled for number in range(3)], "halted": name == "halted"}


@register.inclusion_tag("pages/parts/scale.html")
def scale(
    value: float, words: bool = False, bounds: Sequence[tuple[Any, float, float]] = PREDICATES, said: str = ""
) -> dict[str, Any]:
    """The scale of predicates with a marker at `value`; `words` prints the bounds instead of the bar.

    `bounds`: those of another instrument, from the lowest, as in PREDICATES. `said`: the predicate as a decree has it.
    """
    least, most = bounds[0][1], bounds[-1][2]
    unit = 100 / (most - least)
    segments = [
        {
            "word": word,
            "low": low,
            "high": high,
            "x": (low - least) * unit + 0.3,
            "width": (high - low) * unit - 0.6,
            "number": number,
        }
        for number, (word, low, high) in enumerate(bounds, 1)
    ]
    named = said or next(word for word, low, high in bounds if value < high or high == most)
    return {"segments": segments, "x": (float(value) - least) * unit, "value": value, "word": named, "words": words}


@register.inclusion_tag("pages/parts/table.html")
def table(caption: str, columns: Sequence[str | tuple[str, str]], rows: Iterable[Sequence[object]]) -> dict[str, Any]:
    """A table that scrolls in its own box. A column is a word, or a pair of word and `"number"`; the first cell heads its row."""
    heads = [(column, "") if isinstance(column, str) else column for column in columns]
    kinds = [kind for _word, kind in heads]
    return {"caption": caption, "heads": heads, "rows": [list(zip(row, kinds, strict=True)) for row in rows]}


@register.inclusion_tag("pages/parts/pagination.html", takes_context=True)
def pagination(context: Mapping[str, Any], page: Page[Any], key: str = "hal") -> dict[str, Any]:
    """Before and next of a Django page; what else stands in the address stays."""
    return {"page": page, "addresses": {name: _address(context, key, name, page) for name in ("before", "next")}}


def _address(context: Mapping[str, Any], key: str, name: str, page: Page[Any]) -> str:
    if not (page.has_previous() if name == "before" else page.has_next()):
        return ""
    query = context["request"].GET.copy()
    query[key] = str(page.previous_page_number() if name == "before" else page.next_page_number())
    return f"?{query.urlencode()}"
