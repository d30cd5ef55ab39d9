"""Names of the federation, a type each. They compare as bytes; the federation must list them (protocol section 1)."""

from __future__ import annotations

import re
from typing import NewType

from terpadu.errors import Refused

MemberId = NewType("MemberId", str)
"""`INSTANCE/CLASS/MEMBER`"""
SubsystemId = NewType("SubsystemId", str)
"""`INSTANCE/CLASS/MEMBER/SUBSYSTEM`"""
ServiceId = NewType("ServiceId", str)
"""`INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`"""
NodeId = NewType("NodeId", str)
"""`INSTANCE/CLASS/MEMBER/NODE`"""
AgreementId = NewType("AgreementId", str)
"""`<id>/<version>`, as it stands in a head."""

_PART = re.compile(r"[A-Za-z0-9'()+,.=?_-]+")
_NODE_PART = re.compile(r"[A-Za-z0-9._-]+")


def _checked(text: str, parts: int, form: str, part: re.Pattern[str] = _PART) -> str:
    pieces = text.split("/")
    if len(pieces) != parts or not all(map(part.fullmatch, pieces)):
        raise Refused("bad-request", f"Expected a name of the form {form}, got {text[:80]!r}.")
    return text


def member_id(text: str) -> MemberId:
    """Check `INSTANCE/CLASS/MEMBER`."""
    return MemberId(_checked(text, 3, "INSTANCE/CLASS/MEMBER"))


def subsystem_id(text: str) -> SubsystemId:
    """Check `INSTANCE/CLASS/MEMBER/SUBSYSTEM`."""
    return SubsystemId(_checked(text, 4, "INSTANCE/CLASS/MEMBER/SUBSYSTEM"))


def service_id(text: str) -> ServiceId:
    """Check `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`."""
    return ServiceId(_checked(text, 5, "INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE"))


def node_id(text: str) -> NodeId:
    """Check `INSTANCE/CLASS/MEMBER/NODE`."""
    return NodeId(_checked(text, 4, "INSTANCE/CLASS/MEMBER/NODE", _NODE_PART))


def member_of(name: SubsystemId | ServiceId | NodeId) -> MemberId:
    """The member that a longer name belongs to."""
    return MemberId("/".join(name.split("/", 3)[:3]))


def subsystem_of(service: ServiceId) -> SubsystemId:
    """The subsystem that offers a service."""
    return SubsystemId(service.rpartition("/")[0])
