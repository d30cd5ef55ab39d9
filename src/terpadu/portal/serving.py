"""The portal under gunicorn: some processes with threads; says one line when it serves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

KEPT = 75
"""Seconds that an idle connection stays open: a proxy closes its own sooner (nginx after 60), so none closes under a request."""


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def load_config(self) -> None:
        portal = settings.PORTAL
        for name, value in {
            "bind": portal.listen,
            "workers": portal.workers,
            "threads": portal.threads,
            "worker_class": "gthread",
            "timeout": 90,
            "graceful_timeout": 10,
            "keepalive": KEPT,
            "accesslog": None,
            "loglevel": "warning",
            "when_ready": _tell,
            "proc_name": "terpadu-portal",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from terpadu.portal.wsgi import application

        return application


def _tell(server: object) -> None:
    print(f"siap di {settings.PORTAL.address}", flush=True)


def serve() -> None:
    """Serve until told to end."""
    _Server(prog="terpadu portal run").run()
