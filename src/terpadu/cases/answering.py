"""The answer of an office's own task system: taken once, with numbered reasons, proven by the ticket that went with the task."""

from __future__ import annotations

import hmac
from typing import Annotated, Any, Literal

import msgspec
from django.utils import timezone
from msgspec import Meta, Struct

from terpadu.cases import officers
from terpadu.cases.delivering import WORDS, asked_of
from terpadu.cases.engine.elements import Asked
from terpadu.cases.holding import changing
from terpadu.cases.models import Act, Task
from terpadu.cases.officers import Verdict
from terpadu.errors import Refused
from terpadu.pages.sealed import index

RECEIVED, KNOWN = "diterima", "sudah diterima"
_RESULTS = {word: result for result, word in WORDS.items()}
Value = Annotated[str, Meta(max_length=4000)] | bool | int | float


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """One reason, numbered from 1."""

    nomor: Annotated[int, Meta(ge=1, le=50)]
    kalimat: Annotated[str, Meta(min_length=1, max_length=1000)]


class Answer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes back: the task's number and ticket, the result, its reasons, what the task asked, who did it (their post)."""

    nomor: Annotated[str, Meta(max_length=120)]
    tiket: Annotated[str, Meta(max_length=80)]
    putusan: Literal["setuju", "tolak", "selesai"]
    alasan: Annotated[tuple[Reason, ...], Meta(max_length=50)] = ()
    isian: Annotated[dict[str, Value], Meta(max_length=50)] = {}
    petugas: Annotated[str, Meta(max_length=80)] = ""


def read(raw: bytes) -> Answer:
    """An answer's body. Raises `msgspec.DecodeError` or `ValidationError`, whose words hold none of its values."""
    answer = msgspec.json.decode(raw, type=Answer)
    if [reason.nomor for reason in answer.alasan] != list(range(1, len(answer.alasan) + 1)):
        raise msgspec.ValidationError("Expected reasons numbered 1, 2, 3 …")
    return answer


def take(answer: Answer, number: str) -> str:
    """The task is done; `number` is the exchange that brought the answer. A repeat changes nothing and is told as such.

    Raises `Refused`: `not-found` (no such task, or another ticket), `idem-mismatch` (answered differently before),
    `business-rule` (it is over, or the answer is not one that this task may have).
    """
    act = Act.objects.filter(key=answer.nomor).exclude(task=None).select_related("task", "case").first()
    if act is None or act.task is None or not hmac.compare_digest(index(answer.tiket), act.task.ticket):
        raise Refused(
            "not-found", "Expected the number and ticket of a task that was put to you; there is none like it."
        )
    verdict = Verdict(_RESULTS[answer.putusan], tuple(one.kalimat for one in answer.alasan), dict(answer.isian))
    with changing(act.case) as case:
        task = Task.objects.get(pk=act.task.pk)
        if task.state == Task.State.DONE:
            return _again(task, verdict)
        if task.state == Task.State.GONE:
            raise Refused("business-rule", "Expected a task that still waits; the case went on without it.")
        officers.check(task, verdict)
        _check_answers(asked_of(task, officers.element_of(task)), verdict)
        task.state, task.settled = Task.State.DONE, timezone.now()
        task.outcome = officers.outcome(task, verdict) | {"by": answer.petugas, "number": number}
        task.save()
        officers.after(case, task, verdict)
    return RECEIVED


def _again(task: Task, verdict: Verdict) -> str:
    """The same answer once more, or another one."""
    told = officers.outcome(task, verdict)
    if {name: (task.outcome or {}).get(name) for name in told} != told:
        raise Refused("idem-mismatch", "Expected the answer that this task has already; it was answered differently.")
    return KNOWN


def _check_answers(asked: tuple[Asked, ...], verdict: Verdict) -> None:
    """What the task asks is there, and nothing else; a refusal needs none of it."""
    named = {one.name for one in asked}
    needed = {one.name for one in asked if one.needed} if verdict.result != "refused" else set()
    given = set(verdict.answers)
    if not needed <= given <= named:
        raise Refused("business-rule", f"Expected answers to {', '.join(sorted(named)) or 'nothing'}; got other ones.")
    for one in asked:
        if one.name in given and not _FITS[one.kind](one, verdict.answers[one.name]):
            raise Refused("business-rule", f"Expected {one.name} to be of the kind {one.kind}. Correct it.")


def _is_text(one: Asked, value: Any) -> bool:
    return isinstance(value, str)


_FITS: dict[str, Any] = {
    "text": _is_text,
    "long": _is_text,
    "date": lambda one, value: isinstance(value, str) and officers.is_day(value),
    "number": lambda one, value: isinstance(value, int | float) and not isinstance(value, bool),
    "flag": lambda one, value: isinstance(value, bool),
    "choice": lambda one, value: value in [option.value for option in one.options],
}
"""Kind of what is asked -> does a value fit?"""
