"""One small federation made once, copied for each test; a clock that is set by hand; a source on a real socket."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from terpadu.model.federation import Agreement, Endpoint, Member, Node, Purpose, Service, Subsystem
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId
from terpadu.trust.keys import load
from terpadu.trust.office import Office
from tests.lib.federation import Made, make_federation

NOW = 1_790_000_000_000
DAY = 86_400_000


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def move(self, seconds: float) -> None:
        """Forward by so many seconds."""
        self.now += int(seconds * 1000)


def node(member: str, port: int = 5500) -> Node:
    """A node of a member."""
    return Node(
        id=NodeId(f"{member}/n1"),
        member=MemberId(member),
        host="127.0.0.1",
        port=port,
        protocols=("http/1.1", "terpadu/1"),
    )


def agreement(version: int = 1, **changed: object) -> Agreement:
    """The clinic may ask the population register."""
    fields: dict[str, object] = dict(
        id="A1",
        version=version,
        consumer=SubsystemId("ID/GOV/KES/klinik"),
        service=ServiceId("ID/GOV/DUK/pop/nik"),
        purposes=("lahir",),
        endpoints=(Endpoint(method="POST", path="/**"),),
        fields=("nama",),
        since=NOW - DAY,
        until=NOW + 365 * DAY,
        quota=1000,
        persons=100,
    )
    return Agreement(**{**fields, **changed})  # type: ignore[arg-type]


SERVICE = Service(
    id=ServiceId("ID/GOV/DUK/pop/nik"),
    title="Cek NIK",
    type="REST",
    effect="safe",
    nodes=(NodeId("ID/GOV/DUK/n1"),),
    endpoints=(Endpoint(method="POST", path="/**"),),
    subject="body:nik",
)

PARTS = dict(
    members=(Member(id=MemberId("ID/GOV/DUK"), name="Dukcapil"), Member(id=MemberId("ID/GOV/KES"), name="Kesehatan")),
    nodes=(node("ID/GOV/DUK"), node("ID/GOV/KES", 5501)),
    subsystems=(
        Subsystem(id=SubsystemId("ID/GOV/DUK/pop"), name="Kependudukan"),
        Subsystem(id=SubsystemId("ID/GOV/KES/klinik"), name="Klinik"),
    ),
    services=(SERVICE,),
    purposes=(Purpose(id="lahir", title="Pencatatan kelahiran", basis="UU 24/2013"),),
    agreements=(agreement(),),
)


@pytest.fixture(scope="session")
def _once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    directory = tmp_path_factory.mktemp("federation")
    return directory, make_federation(directory, now=NOW, **PARTS)  # type: ignore[arg-type]


@pytest.fixture
def made(_once: tuple[Path, Made], tmp_path: Path) -> Made:
    """The small federation, published at NOW, in a directory of this test's own."""
    directory, original = _once
    shutil.copytree(directory, tmp_path / "federation")
    here = tmp_path / "federation"
    again = {name: load(here / own.folder.relative_to(directory)) for name, own in original.keys.items()}
    return Made(Office(here / "registry"), original.root, again)


@pytest.fixture
def clock() -> HandClock:
    """Set by hand, at NOW."""
    return HandClock()
