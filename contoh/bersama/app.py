"""One application that carries the small ones: `/bpjs/...`, and so on; each keeps its counters and faults below itself."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Mount

from contoh.ahu.app import make_app as ahu
from contoh.bpjs.app import make_app as bpjs
from contoh.bpjstk.app import make_app as bpjstk
from contoh.loket.app import make_app as loket
from contoh.orang import Population
from contoh.perlinsos.app import make_app as perlinsos
from contoh.polri.app import make_app as polri
from contoh.simkah.app import make_app as simkah
from contoh.spmb.app import make_app as spmb
from contoh.taspen.app import make_app as taspen

APPS: dict[str, Callable[[Population], Starlette]] = {
    "ahu": ahu,
    "bpjs": bpjs,
    "bpjstk": bpjstk,
    "loket": loket,
    "perlinsos": perlinsos,
    "polri": polri,
    "simkah": simkah,
    "spmb": spmb,
    "taspen": taspen,
}


def make_app(population: Population) -> Starlette:
    return Starlette(routes=[Mount(f"/{name}", make(population)) for name, make in APPS.items()])
