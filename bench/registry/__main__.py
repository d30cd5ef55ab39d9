"""`python -m bench.registry`: the registry's pages, a publication and one node's taking of it, at a nation's size.

Pages are asked in this process (Django's test client on an SQLite file, no network), signed on; a node's part runs in a fresh
process, whose memory is told. Absolute figures belong to the machine and to a quiet one. Writes build/bench/registry.json.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
PLACE = Path("build/bench/registry").resolve()
REPORT = PLACE.parent / "registry.json"
GOALS = {"page_p95_ms": 500, "publish_s": 10, "node_takes_s": 1.0, "node_memory_mb": 150}
ROUNDS = 30
CENTRE = "ID/GOV/PUSAT/REGISTRI"


def timed(act: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and its seconds."""
    began = time.perf_counter()
    return act(), time.perf_counter() - began


def main() -> int:
    """All of it. Ends with 1 where a goal is missed."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    _portal()
    import django

    django.setup()
    report = _measured()
    REPORT.write_text(json.dumps(report, indent=1) + "\n")
    missed = [name for name, goal in GOALS.items() if report[name] > goal]
    for name, value in report.items():
        print(f"{name:18} {value}" + (f"   goal {GOALS[name]}" if name in GOALS else ""))
    return int(bool(missed))


def _portal() -> None:
    """Settings of a portal that keeps the registry."""
    line = [sys.executable, "-m", "terpadu", "portal"]
    subprocess.run([*line, "init", str(PLACE)], check=True, capture_output=True)
    file = PLACE / "portal.toml"
    file.write_text(
        '[portal]\nkeys = "keys"\ndatabase = "sqlite:///portal.db"\nregistry = "registri"\n'
        f'registry_office = "{CENTRE}"\naddress = "http://localhost:8000"\n'
    )
    subprocess.run([*line, "prepare", str(file)], check=True, capture_output=True)
    os.environ |= {"TERPADU_PORTAL": str(file), "DJANGO_SETTINGS_MODULE": "terpadu.portal.config"}


def _measured() -> dict[str, Any]:
    from bench.registry import country
    from terpadu.clock import system_clock
    from terpadu.registry import adopting, publishing
    from terpadu.trust import publish

    office = publish.create(PLACE / "registri", "ID", system_clock())
    country.fill(office, system_clock())
    _first, first = timed(lambda: _by_command(office))
    from terpadu.registry import office as door

    found = door.published()
    assert found is not None
    _counts, adopted = timed(lambda: adopting.adopt(found))
    operator = _operator()
    pages = _pages(operator)
    _join_many(operator)
    _waiting, prepared = timed(lambda: publishing.prepare(operator))
    for number in (1, 3):
        _sign(office, operator, number)
    _kept, published = timed(lambda: publishing.publish(operator))
    size = len((office.directory / "draft.json").read_bytes())
    slowest = max(pages.values())
    return {
        "first_by_command_s": round(first, 2), "adopt_s": round(adopted, 2), "pages_p95_ms": pages, "page_p95_ms": slowest,
        "prepare_s": round(prepared, 2), "publish_s": round(prepared + published, 2), "draft_mb": round(size / 1e6, 1),
        **_node(),
    }  # fmt: skip


def _by_command(office: Any) -> None:
    from terpadu.clock import system_clock
    from terpadu.trust import publish
    from terpadu.trust.office import load_key

    for number in (1, 2):
        publish.sign(office, load_key(office.directory / f"offline/{number}.pem"), system_clock())
    publish.publish(office, system_clock())


def _operator() -> Any:
    from tests.lib.people import make_person

    return make_person(offices=[(CENTRE, "petugas"), ("ID/GOV/INSTANSI-000", "petugas")])


def _pages(person: Any) -> dict[str, float]:
    """95th percentile of each page, in ms."""
    from django.conf import settings
    from django.test import Client

    from bench.registry import country

    settings.ALLOWED_HOSTS.append("testserver")
    browser = Client(headers={"Host": "localhost"})
    browser.force_login(person)
    paths = (
        "/registri/", "/registri/?cari=rekaan+17", "/registri/?hal=60", f"/registri/layanan/{country.service(0)}/",
        f"/registri/layanan/{country.service(601)}/", "/registri/anggota/", f"/registri/anggota/{country.member(0)}/",
        "/registri/meja/", "/registri/kesepakatan/1/", f"/registri/minta/{country.service(0)}/", "/registri/terbit/",
    )  # fmt: skip
    return {path: _p95(lambda path=path: _got(browser, path)) for path in paths}  # type: ignore[misc]


def _got(browser: Any, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)


def _p95(act: Callable[[], None]) -> float:
    act()
    took = [timed(act)[1] * 1000 for _ in range(ROUNDS)]
    return round(statistics.quantiles(took, n=20)[-1], 1)


def _join_many(person: Any) -> None:
    """514 kabupaten and kota have joined a template: their agreements wait to be published."""
    from django.utils import timezone

    from bench.registry import country
    from terpadu.registry.models import Agreement
    from terpadu.registry.states import Deal

    day = timezone.localdate()
    Agreement.objects.bulk_create(
        Agreement(
            code=f"T-{number}", version=1, consumer_id=country.system(number), service_id=country.service(1), purposes=["uji"],
            fields=["data.bagian1"], endpoints=[["POST", "/**"]], quota=10, persons=10, until=day.replace(year=day.year + 1),
            state=Deal.APPROVED, asked_by=person,
        )
        for number in range(86, 600)
    )  # fmt: skip


def _sign(office: Any, person: Any, number: int) -> None:
    import msgspec

    from terpadu.registry import publishing
    from terpadu.trust import carrying
    from terpadu.trust.office import load_key

    carried = carrying.read((office.directory / "proposal.json").read_bytes())
    root = (office.public / "root.json").read_bytes()
    signed, _ = carrying.sign(carried, load_key(office.directory / f"offline/{number}.pem"), root)
    publishing.take_signature(person, msgspec.json.encode(carrying.signatures_of(signed)))


def _node() -> dict[str, float]:
    """A fresh process takes the federation from a socket, and indexes it."""
    done = subprocess.run([sys.executable, "-m", "bench.registry.taking", str(PLACE)], capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
