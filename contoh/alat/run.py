"""Running a stand-in: from the command line until it is told to stop, or in a thread for a test."""

import signal
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp

from contoh.orang import Population, make


def arguments(name: str, port: int) -> Namespace:
    """The arguments that all stand-ins share: host, port (0 = a free one), seed, families."""
    parser = ArgumentParser(prog=f"python -m contoh.{name}", description=f"Stand-in for {name} (invented people).")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=port, help="0 takes a free one and prints it")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--families", type=int, default=1312)
    return parser.parse_args()


def main(name: str, port: int, make_app: Callable[[Population], ASGIApp]) -> None:
    """Serve until SIGTERM or SIGINT, then exit 0. Prints one line, `siap <url>`, once it listens."""
    args = arguments(name, port)
    listener = _listen_or_exit(args.host, args.port)
    server = _Server(make_app(make(args.seed, args.families)), lambda: print(f"siap {_url(listener)}", flush=True))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    with listener:
        server.run(sockets=[listener])


@contextmanager
def serve(app: ASGIApp) -> Generator[str]:
    """The application on a free port of 127.0.0.1, in a thread: `with serve(app) as url:`."""
    listening = Event()
    listener = listen("127.0.0.1", 0)
    server = _Server(app, listening.set)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        if not listening.wait(10):
            raise RuntimeError("expected the stand-in to listen within 10 seconds, it did not")
        yield _url(listener)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A bound TCP socket. OSError where the port is taken."""
    return socket.create_server((host, port), backlog=512)


def _listen_or_exit(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as problem:
        sys.exit(f"expected port {port} on {host} to be free: {problem.strerror}; give another with --port")


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """uvicorn without its own signals and logs (no access log: a path may carry a person's number)."""

    def __init__(self, app: ASGIApp, when_ready: Callable[[], object]) -> None:
        super().__init__(
            uvicorn.Config(app, access_log=False, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        )
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._when_ready()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    def stop(self, *_: object) -> None:
        self.should_exit = True
