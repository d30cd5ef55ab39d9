"""One application that carries the small ones: `/bpjs/...`, and so on; each keeps its counters and faults below itself."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Mount

from contoh.bpjs.app import make_app as bpjs
from contoh.orang import Population
from contoh.simkah.app import make_app as simkah

APPS: dict[str, Callable[[Population], Starlette]] = {
    "bpjs": bpjs,
    "simkah": simkah,
}


def make_app(population: Population) -> Starlette:
    return Starlette(routes=[Mount(f"/{name}", make(population)) for name, make in APPS.items()])
