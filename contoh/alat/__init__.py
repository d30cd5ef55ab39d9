"""The stand-ins' shared furniture: running, counting effects, failing on order, the demo's invented credentials."""

from contoh.alat.app import furnish, read_json
from contoh.alat.counters import Counters
from contoh.alat.credentials import credential
from contoh.alat.run import arguments, listen, main, serve
from contoh.alat.tokens import Tokens

__all__ = ["Counters", "Tokens", "arguments", "credential", "furnish", "listen", "main", "read_json", "serve"]
