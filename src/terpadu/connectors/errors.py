"""Every system's way of failing, in one normal form: the codes and the sentences that connectors may refuse with.

A sentence never carries personal data: what an old system says is quoted only where a file declares it, in one line,
cut short, long numbers blotted out.
"""

from __future__ import annotations

import re
from typing import Any

from terpadu.connectors.description import Failures
from terpadu.connectors.expressions import compiled, holds, value
from terpadu.errors import Refused
from terpadu.model.message import Admitted

STATUS: dict[int, str] = {
    400: "business-rule",
    401: "upstream-auth",
    403: "upstream-auth",
    404: "not-found",
    408: "upstream-retry",
    409: "business-rule",
    410: "not-found",
    412: "business-rule",
    422: "business-rule",
    423: "upstream-retry",
    425: "upstream-retry",
    429: "upstream-retry",
    503: "upstream-retry",
}
"""HTTP status -> code. Every other 5xx is upstream-down; what is neither 2xx nor here is upstream-garbage."""

NORMAL: tuple[str, ...] = (
    "upstream_quota", "upstream_auth", "upstream_retry", "upstream_garbage", "upstream_down",
    "not_found", "mismatch", "business_rule",
)  # fmt: skip
"""The conditions of `Failures`, in the order they are tried: what is wrong with the system before what it says."""

MEANING: dict[str, str] = {
    "not-found": "does not hold what was asked for",
    "mismatch": "holds something else than what was asked about",
    "business-rule": "refused by a rule of its own",
    "upstream-auth": "does not accept the node's credentials; renew them",
    "upstream-quota": "allows no more questions today; ask tomorrow",
    "upstream-retry": "asks to try later",
    "upstream-garbage": "answered with something unreadable; tell its owner",
    "upstream-down": "does not answer; ask again later",
}

_LONG_NUMBER = re.compile(r"\d[\d .-]{7,}\d")
_LONGEST = 600


def failed(code: str, system: str, why: str = "") -> Refused:
    """The refusal with its sentence; `why` is our own clause or `quoted` text, never raw upstream text."""
    return Refused(code, f"{system} {MEANING[code]}{': ' + why if why else ''}.")


def by_status(status: int, system: str, why: str = "", retry_after: str = "") -> Refused:
    """What an HTTP status other than 2xx means."""
    code = STATUS.get(status) or ("upstream-down" if 500 <= status < 600 else "upstream-garbage")
    wait = f" (Retry-After {quoted(retry_after)})" if retry_after else ""
    return failed(code, system, f"HTTP {status}{wait}{'; ' + why if why else ''}")


def check_failures(failures: Failures) -> None:
    """Parse every condition. Raises BadInput."""
    for name in (*NORMAL, "reason"):
        if expression := getattr(failures, name):
            compiled(expression)


def declared(failures: Failures, reply: Any, system: str, *wider: Failures) -> Refused | None:
    """The first declared condition that holds of a reply, as a refusal; `wider` are those of the whole system."""
    for name in NORMAL:
        if any(holds(getattr(one, name), reply) for one in (failures, *wider)):
            return failed(name.replace("_", "-"), system, reason(reply, failures, *wider))
    return None


def reason(reply: Any, *failures: Failures) -> str:
    """The system's own sentence, where a file says where it stands; quoted."""
    expression = next((one.reason for one in failures if one.reason), "")
    said = value(expression, reply) if expression else None
    return "" if said is None else quoted(str(said))


def quoted(text: str) -> str:
    """An old system's words, fit for a sentence: one line, printable, cut, numbers from nine digits on blotted out."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return _LONG_NUMBER.sub("…", line)[:_LONGEST].rstrip(".")


def unanswered(system: str, seconds: float, admitted: Admitted) -> Refused:
    """No answer in time, after the question may have left."""
    return after_sending(system, f"no answer within {seconds:.3g} s", admitted)


def crowded(system: str, seconds: float, _: Admitted) -> Refused:
    """No room in time: the system is already asked as often at once as it allows; nothing was sent."""
    return failed("upstream-retry", system, f"too many questions at once for {seconds:.3g} s")


def after_sending(system: str, what: str, admitted: Admitted) -> Refused:
    """The line broke or the time passed after sending: a question without effect may be asked again, another not."""
    if admitted.service.effect == "safe":
        return failed("upstream-down", system, what)
    return Refused("outcome-unknown", f"{system} may or may not have acted: {what}; ask its owner before trying again.")
