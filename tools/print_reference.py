"""Print settings.md, commands.md and spbe-rules.md of docs/reference from the program; with `--check`, say if they are stale.

Run from the repository's root: `.venv/bin/python -m tools.print_reference`. Forms, limits and defaults come from
`terpadu.settings`, arguments and sentences from the command line; only what a setting is for stands here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect
from typer.main import get_command

from terpadu import settings
from terpadu.cli.app import app
from tools import print_spbe

PLACE = Path("docs/reference")
NOTE = "<!-- Printed by `python -m tools.print_reference`; change that, or what it reads. -->"

MEANINGS = {
    "node": {
        "keys": "folder with the node's own keys, made by `terpadu node init`",
        "root": "the federation's `root.json`, the trust anchor that the node starts from",
        "peers": "where it listens for other nodes (mutual TLS 1.3)",
        "journal": "folder of the evidence; one process at a time may hold it",
        "trust": "folder of the last good federation",
        "door": "where it listens for its own member's systems",
        "door_certificate": "certificate chain of the door (PEM); empty: plain HTTP, for loopback only",
        "door_key": "private key of the door's certificate (PEM)",
        "door_clients": "certificates that sign client certificates (PEM); empty: callers prove themselves by token",
        "registries": "addresses that the federation is fetched from, tried in order",
        "connectors": "a `connector.toml`, or a folder with some; empty: the node only asks",
        "documents": "folder with `<service code>.json` or `.yaml`, which getOpenAPI gives out",
        "secrets": 'file of lines `NAME = "value"` that only its owner may read (`chmod 600`)',
        "spelling": "how errors look: right statuses; or X-Road's own statuses with the codes of 7.8 or of 7.7",
        "seconds": "deadline of a call that names none",
        "body_limit": "largest body of a call or a streamed request, in bytes",
        "refresh": "seconds between two looks for a newer federation",
        "disk_free": "bytes on the journal's disk below which the node says that it is not ready",
        "metrics": "where operators read counters and latencies (Prometheus text, plain HTTP: loopback or their own network)",
    },
    "callers": {
        "tokens": "SHA-256 (hex) of a token = the subsystem that it proves; callers send it as `Terpadu-Token`",
        "certificates": "SHA-256 (hex) of a client certificate in DER = the subsystem that it proves",
        "anybody_may_be": "subsystems that need no proof: for development on loopback only",
    },
    "alias": {
        "client": "the subsystem that calls here; it proves itself as at every address of the door",
        "service": "the service that is meant",
        "purpose": "what it is asked for",
        "key": "where a message names itself, for its Idempotency-Key: `header:<name>`, `body:<JMESPath>`, or nowhere",
    },
}
"""What each setting is for; a setting without a sentence here, or a sentence without a setting, is an error."""


_FORMS = {"node": settings.NodeTable, "callers": settings.CallersTable, "alias": settings.AliasTable}
_HEADINGS = {"alias": 'alias."/address"'}


def settings_page() -> str:
    """The reference of a node's settings."""
    return "\n".join(
        (*_settings_head(), *_table("node"), "", *_table("callers"), "", *_aliases(), "", *_settings_end())
    )


def _settings_head() -> list[str]:
    return [
        "# Settings of a node",
        "",
        NOTE,
        "",
        "`terpadu node run SETTINGS` reads one TOML file. Paths are relative to that file. An unknown key is an error; an absent",
        "one has the default below. A start without a needed key, or with a wrong value, ends in one sentence.",
        "",
    ]


def _aliases() -> list[str]:
    return [
        *_table("alias"),
        "",
        "For a system that can only call an address: the door takes what comes there for a call of that service. See",
        "[Connect a system that can only send](../how-to/connect-sender.md).",
    ]


def _settings_end() -> list[str]:
    return [
        "## The environment",
        "",
        "- `TERPADU_NODE_<KEY>`, for example `TERPADU_NODE_DOOR=127.0.0.1:8090`, overrides a text or a number of `[node]`.",
        "- `TERPADU_SECRET_<NAME>` gives a secret of an old system, and goes before the file that `secrets` names. Which",
        "  names are needed, the `[secrets]` of each [connector.toml](connector-toml.md) says.",
        "",
        "## A caller's token",
        "",
        "A token is random and long, so a fast hash keeps it; the file holds the hash only:",
        "",
        "```sh",
        "head -c 32 /dev/urandom | base64 > token",
        "tr -d '\\n' < token | sha256sum | cut -d ' ' -f 1",
        "```",
        "",
    ]


def _table(name: str) -> list[str]:
    form: Any = _FORMS[name]
    fields = msgspec.structs.fields(form)
    if {field.name for field in fields} != set(MEANINGS[name]):
        differing = ", ".join(sorted({field.name for field in fields} ^ set(MEANINGS[name])))
        raise SystemExit(
            f"Expected a sentence in tools/print_reference.py for each setting of [{name}]; see {differing}."
        )
    kinds = {field.name: kind_of(field.type) for field in inspect.type_info(form).fields}  # type: ignore[attr-defined]
    return [
        f"## `[{_HEADINGS.get(name, name)}]`",
        "",
        "| key | form | default | meaning |",
        "|---|---|---|---|",
        *(f"| `{f.name}` | {kinds[f.name]} | {_default(f)} | {MEANINGS[name][f.name]} |" for f in fields),
    ]


def _default(field: Any) -> str:
    if field.required:
        return "needed"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return f"`{value}`" if value not in ("", (), {}) else "none"


def kind_of(kind: inspect.Type) -> str:
    """A type in words."""
    for form, words in _KINDS.items():
        if isinstance(kind, form):
            return words(kind)
    raise SystemExit(f"Expected a type that this page can name, got {kind}; add it to tools/print_reference.py.")


def _bounds(kind: Any) -> str:
    low, high = kind.gt if kind.gt is not None else kind.ge, kind.le
    low_word = "over" if kind.gt is not None else "from"
    return "".join((f", {low_word} {low:g}" if low is not None else "", f", to {high:g}" if high is not None else ""))


_KINDS: dict[type[inspect.Type], Callable[[Any], str]] = {
    inspect.StrType: lambda kind: "host:port" if r":\d" in (kind.pattern or "") else "text",
    inspect.IntType: lambda kind: "number" + _bounds(kind),
    inspect.FloatType: lambda kind: "seconds" + _bounds(kind),
    inspect.LiteralType: lambda kind: ", ".join(f"`{value}`" for value in kind.values),
    inspect.VarTupleType: lambda kind: "list of texts",
    inspect.DictType: lambda kind: "table of texts",
}


def commands_page() -> str:
    """The reference of the command line."""
    found = leaves(get_command(app))
    return "\n".join((*_commands_head(), *(line for name, command in found for line in _command(name, command))))


def _commands_head() -> list[str]:
    return [
        "# Commands",
        "",
        NOTE,
        "",
        "What a command says of itself is Indonesian, for the people who run it. An error is two lines on stderr: its meaning in",
        "Indonesian with the [code](errors.md), then the exact sentence in English, as logs and other nodes have it",
        "([decision](../decisions/0011-a-command-says-no-in-two-lines.md)). The status, in all commands:",
        "",
        "| status | means |",
        "|---|---|",
        "| 0 | done; nothing is broken; proven |",
        "| 1 | the answer is no, or it could not be done: refused, broken, not proven, unreachable, too few signatures |",
        "| 2 | wrong use: an argument, a file or a setting is not what was expected |",
        "",
    ]


def leaves(command: Any, name: str = "terpadu") -> Iterator[tuple[str, Any]]:
    """Every command with its whole name."""
    if not hasattr(command, "commands"):
        yield name, command
        return
    for short, child in command.commands.items():
        yield from leaves(child, f"{name} {short}")


def _command(name: str, command: Any) -> list[str]:
    arguments = [_argument(one) for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and one.name != "help"]
    needed = [f"{one.opts[0]} {one.opts[0].lstrip('-').upper()}" for one in options if one.required]
    lines = [
        f"## {name}",
        "",
        f"`{' '.join((name, *arguments, *needed))}`",
        "",
        " ".join((command.help or "").split()),
        "",
    ]
    if options:
        lines += ["| option | default | meaning |", "|---|---|---|", *map(_option, options), ""]
    return lines


def _argument(one: Any) -> str:
    word = one.metavar or str(one.name).upper()
    return word if one.required or word.startswith("[") else f"[{word}]"


def _option(one: Any) -> str:
    default = "needed" if one.required else "none" if one.default in (None, "", False) else f"`{one.default}`"
    return f"| `{', '.join(one.opts)}` | {default} | {one.help or ''} |"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "spbe-rules.md": print_spbe.page,
}


def stale() -> list[str]:
    """The pages that are not what would be printed now."""
    return [
        name
        for name, page in PAGES.items()
        if not (PLACE / name).is_file() or (PLACE / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    """Print, or check."""
    if "--check" in sys.argv:
        for name in (old := stale()):
            print(f"docs/reference/{name} is stale; run `python -m tools.print_reference`.", file=sys.stderr)
        return 1 if old else 0
    for name, page in PAGES.items():
        (PLACE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
