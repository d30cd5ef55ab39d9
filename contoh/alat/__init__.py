"""The stand-ins' shared furniture: running, counting effects, failing on order, the demo's invented credentials."""

from contoh.alat.app import furnish, read_json
from contoh.alat.counters import Counters
from contoh.alat.credentials import credential
from contoh.alat.keyed import Refused, Values, keyed_app, needed, not_found
from contoh.alat.run import arguments, listen, main, serve
from contoh.alat.tokens import Tokens

__all__ = [
    "Counters",
    "Refused",
    "Tokens",
    "Values",
    "arguments",
    "credential",
    "furnish",
    "keyed_app",
    "listen",
    "main",
    "needed",
    "not_found",
    "read_json",
    "serve",
]
