"""Dapodik's stand-in, asked by the SDK that schools' programmers use, unchanged."""

import gc
from collections.abc import Iterator

import pytest
import requests
from dapodik import DapodikClient
from dapodik.errors import DapodikAuthError

from contoh.alat import serve
from contoh.dapodik.app import make_app
from contoh.orang import make

PEOPLE = make()
CHILD = PEOPLE.hero.child_enrolment
TOKEN = "token-contoh-dapodik"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def client(url: str, npsn: str = CHILD.npsn, token: str = TOKEN) -> DapodikClient:
    return DapodikClient(npsn=npsn, token=token, base_url=f"{url}/WebService", timeout=5)


def test_the_sdk_reads_the_school(url: str) -> None:
    school = client(url).get_sekolah().first
    assert school is not None
    assert (school["npsn"], school["bentuk_pendidikan_id_str"]) == (CHILD.npsn, "SD")


def test_the_sdk_pages_through_all_pupils(url: str) -> None:
    pupils = client(url).fetch_all_peserta_didik(limit=7)
    wanted = [pupil.nisn for pupil in PEOPLE.enrolments if pupil.npsn == CHILD.npsn]
    assert pupils.pluck("nisn") == wanted
    assert len(wanted) > 14


def test_the_hero_child_stands_in_its_class(url: str) -> None:
    row = client(url).get_peserta_didik(nisn=CHILD.nisn).first
    assert row is not None
    assert row["nik"] == PEOPLE.hero.child.nik
    assert (row["tingkat_pendidikan_id"], row["nama_rombel"]) == ("6", "KELAS 6A")
    assert (row["tanggal_lahir"], row["nama_ibu"]) == ("2014-06-02", PEOPLE.hero.mother.nama)
    room = client(url).get_rombongan_belajar().filter(nama="KELAS 6A").first
    assert room is not None
    members = {member["peserta_didik_id"] for member in room["anggota_rombel"]}
    assert row["peserta_didik_id"] in members


def test_the_sdk_reads_teachers_and_users(url: str) -> None:
    assert client(url).get_gtk(limit=1).count == 1
    assert client(url).get_pengguna().pluck("peran_id_str") == ["Operator Sekolah"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK leaves the refused answer open
def test_the_sdk_hears_a_refusal(url: str) -> None:
    with pytest.raises(DapodikAuthError, match="401"):
        client(url, token="lain").get_sekolah()
    with pytest.raises(DapodikAuthError, match="403"):
        client(url, npsn="20100001").get_sekolah()
    gc.collect()


@pytest.mark.parametrize(
    ("query", "status"), [("limit=banyak", 400), ("page=0&limit=5", 400), ("page=9999&limit=5", 200)]
)
def test_odd_pages(url: str, query: str, status: int) -> None:
    path = f"{url}/WebService/getPesertaDidik?npsn={CHILD.npsn}&{query}"
    answer = requests.get(path, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["rows"] == []


def test_an_unknown_method_is_404(url: str) -> None:
    path = f"{url}/WebService/getSemua?npsn={CHILD.npsn}"
    assert requests.get(path, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5).status_code == 404
