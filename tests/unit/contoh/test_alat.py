"""The shared furniture: it starts and stops as promised, counts effects once, and fails in each ordered way."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import furnish, serve


async def _work(request: Request) -> Response:
    key = request.query_params.get("kunci", "-")
    _, new = request.app.state.counters.once("kerja", key, lambda: key)
    return JSONResponse({"baru": new})


@pytest.fixture
def url() -> Iterator[str]:
    with serve(furnish([Route("/kerja", _work, methods=["POST"])])) as base:
        yield base


def _order(url: str, **fault: object) -> None:
    assert requests.post(f"{url}/_contoh/gangguan", json=fault, timeout=5).status_code == 200


def _counts(url: str) -> dict[str, int]:
    answer: dict[str, int] = requests.get(f"{url}/_contoh/hitungan", timeout=5).json()
    return answer


def test_a_repeated_key_is_no_second_effect(url: str) -> None:
    answers = [requests.post(f"{url}/kerja?kunci={key}", timeout=5).json()["baru"] for key in "aab"]
    assert answers == [True, False, True]
    counts = _counts(url)
    assert (counts["panggilan"], counts["akibat"], counts["ulangan"]) == (3, 2, 1)


def test_html_and_gateway_timeout_in_the_ordered_number(url: str) -> None:
    _order(url, jenis="html", kali=2)
    _order(url, jenis="5xx")
    answers = [requests.post(f"{url}/kerja", timeout=5) for _ in range(4)]
    assert [answer.headers["content-type"].split(";")[0] for answer in answers] == [
        "text/html", "text/html", "text/plain", "application/json",
    ]  # fmt: skip
    assert (answers[2].status_code, answers[2].text) == (504, "Gateway Timeout")
    assert _counts(url)["akibat"] == 1


def test_an_answer_lost_after_the_effect(url: str) -> None:
    _order(url, jenis="potong", saat="sesudah")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.post(f"{url}/kerja?kunci=a", timeout=5)
    assert requests.post(f"{url}/kerja?kunci=a", timeout=5).json() == {"baru": False}
    assert _counts(url)["akibat"] == 1


def test_silence_lasts_until_the_caller_gives_up(url: str) -> None:
    _order(url, jenis="bisu")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(f"{url}/kerja", timeout=0.2)
    assert _counts(url)["akibat"] == 0


def test_slow_is_right_but_late(url: str) -> None:
    _order(url, jenis="lambat", detik=0.1)
    answer = requests.post(f"{url}/kerja", timeout=5)
    assert answer.json() == {"baru": True}
    assert answer.elapsed.total_seconds() >= 0.1


def test_the_endless_body_goes_on_past_eight_mebibytes(url: str) -> None:
    _order(url, jenis="besar")
    link = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    link.request("POST", "/kerja")
    answer = link.getresponse()
    assert len(answer.read(8 << 20)) == 8 << 20
    answer.close()
    link.close()
    assert _counts(url)["akibat"] == 0


def test_a_followed_redirect_is_counted(url: str) -> None:
    _order(url, jenis="alih", kali=2)
    assert requests.post(f"{url}/kerja", timeout=5, allow_redirects=False).status_code == 302
    assert "alih_diikuti" not in _counts(url)
    requests.post(f"{url}/kerja", timeout=5)
    assert _counts(url)["alih_diikuti"] == 1


def test_an_unknown_fault_is_refused_in_a_sentence(url: str) -> None:
    answer = requests.post(f"{url}/_contoh/gangguan", json={"jenis": "aneh"}, timeout=5)
    assert answer.status_code == 400
    assert answer.text.startswith('expected "jenis" one of lambat, html')


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_program_says_where_it_listens_and_ends_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "contoh.dapodik", "--port", "0", "--families", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("siap http://127.0.0.1:")
        assert requests.get(f"{line.split()[1]}/_contoh/hitungan", timeout=5).json()["panggilan"] == 0
        os.kill(process.pid, number)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_taken_port_gives_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "contoh.dapodik", "--port", port, "--families", "2"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"expected port {port} on 127.0.0.1 to be free")
    assert done.stderr.count("\n") == 1


def test_counts_carry_no_number_of_a_person() -> None:
    async def answer(_: Request) -> Response:
        return JSONResponse({})

    with serve(furnish([Route("/pns/data/{nip}", answer)])) as url:
        requests.get(f"{url}/pns/data/198604122010012000", timeout=5)
        assert "198604122010012000" not in json.dumps(_counts(url))
