"""One root for everything that can go wrong, with codes that never change.

An error is a sentence: what was expected, what came, what to do. Programs decide by the code, people read the sentence.
`CODES` is the one table of codes that may leave a node: HTTP status and meaning. Doors turn a code into their dialect.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """How a code looks from outside: its HTTP status and its meaning in one clause."""

    status: int
    meaning: str


CODES: dict[str, Code] = {
    # what the door finds wrong with the bytes of a call
    "bad-request": Code(400, "the call is not in the form that the door expects"),
    "caller-unknown": Code(401, "the calling system did not prove who it is"),
    "caller-mismatch": Code(403, "a calling system can only be its own subsystem"),
    "too-large": Code(413, "the body is larger than this node takes"),
    "uri-too-long": Code(414, "the request line is longer than this node takes"),
    "headers-too-large": Code(431, "the headers are larger than this node takes"),
    "unknown-service": Code(404, "no such service in the federation"),
    "unknown-member": Code(404, "no such member or subsystem in the federation"),
    "personal": Code(400, "a person's number stands in a name that everybody reads"),
    "not-described": Code(404, "the service has no machine-readable description"),
    # what policy refuses
    "no-agreement": Code(403, "no agreement lets this subsystem use this service"),
    "endpoint": Code(403, "the agreement does not name this method and path"),
    "fields": Code(403, "the agreement names no field, so nothing may be released"),
    "purpose": Code(403, "the purpose is missing or not one that the agreement names"),
    "case": Code(403, "the agreement asks for a case, and none was named"),
    "consent": Code(403, "the consent receipt is missing or does not cover this request"),
    "withdrawn": Code(403, "the consent was withdrawn"),
    "not-yet": Code(403, "the agreement is not valid yet"),
    "ended": Code(403, "the agreement has ended"),
    "suspended": Code(403, "a right in this exchange is suspended"),
    "halted": Code(403, "the launch of this service is halted"),
    "cohort": Code(403, "the launch stage does not include this member or person yet"),
    "abroad": Code(403, "the asking node stands abroad and the agreement does not allow that"),
    "key-needed": Code(400, "a service with effects needs an Idempotency-Key"),
    "quota": Code(429, "the agreement's daily quota is used up"),
    "persons": Code(429, "the agreement's ceiling on distinct persons is reached"),
    "trust-expired": Code(503, "the federation known here is older than its own expiry"),
    # what a peer refuses (protocol section 4)
    "identity": Code(403, "the sender is not who the message says"),
    "stale": Code(408, "the message is too old, too new or past its deadline"),
    "replay": Code(409, "this message number was used for another message"),
    "running": Code(409, "the same request is still being worked on"),
    "never": Code(410, "this request was promised never to be served"),
    "idem-mismatch": Code(422, "the idempotency key was used for another content"),
    "content": Code(400, "the content does not fit its commitment or its form"),
    "unbound-response": Code(502, "the reply is not about this request"),
    "outcome-unknown": Code(502, "the old system may or may not have acted, and cannot be asked again"),
    "body-broken": Code(502, "a streamed body broke off or did not fit its marks"),
    "in-doubt": Code(503, "the outcome is not known yet; ask again"),
    "busy": Code(503, "too many unanswered requests"),
    "recovering": Code(503, "the node is catching up with its own evidence"),
    "log-unavailable": Code(503, "evidence cannot be written, so nothing is served"),
    "peer-unreachable": Code(504, "the other office's node does not answer"),
    "peer-timeout": Code(504, "the other office's node did not answer in time"),
    # how old systems fail, in one normal form
    "not-found": Code(404, "the old system does not hold what was asked for"),
    "mismatch": Code(422, "what was asked does not match what the old system holds"),
    "business-rule": Code(422, "the old system refused by a rule of its own"),
    "upstream-auth": Code(502, "the old system does not accept the node's own credentials"),
    "upstream-quota": Code(503, "the old system's quota is used up"),
    "upstream-retry": Code(503, "the old system asks to try later"),
    "upstream-garbage": Code(502, "the old system answered with something unreadable"),
    "upstream-down": Code(504, "the old system does not answer"),
    "internal": Code(500, "a fault of this node; it is in its diagnostic log"),
}


class TerpaduError(Exception):
    """The root. `code` is stable; the message is one sentence for people."""

    code = "internal"

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code

    @property
    def sentence(self) -> str:
        """What was expected, what came, what to do."""
        return str(self)


class Refused(TerpaduError):
    """A call or a verified message ends here; the refusal is told to the asker and recorded where a record is owed.

    `number` is the exchange that was refused, where who asks through a node was told one.
    """

    number = ""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence, code)


class Unverified(TerpaduError):
    """Bytes that prove nothing: a counter and the diagnostic log, never the evidence (protocol section 4, steps 1-6)."""

    code = "unverified"


class BadInput(TerpaduError):
    """A file, an argument or a document that people wrote is not in the form expected."""

    code = "bad-input"


class EvidenceBroken(TerpaduError):
    """Stored evidence does not fit itself or what others hold of it."""

    code = "evidence-broken"
