"""Who reaches which address: the specification of the matrix in test_foreign_objects.py. A new route needs a line here.

A line: the methods that the address takes, the level that it asks for (0 nobody, 1 signed on, 2 matched with the register),
who reaches it, the address. `all`: whoever has the level. Who has the level and is not named gets 404, as if it were not
there; who has not gets the sign-on page or 403. `none`: nobody of this world (that matrix is tests/unit/registry/test_roles.py).
`self`: about one's own ways to sign on; without that way there is nothing.
"""

from __future__ import annotations

from typing import NamedTuple

TABLE = """
P   0 all                /api/pembayaran
P   0 all                /api/tugas
G   0 all                /api/services
G   0 all                /api/services.jsonld
G   0 all                /api/services/<str:service>
G   0 all                /api/openapi.json
G   0 all                /api/spbe/hasil.csv
G   0 all                /api/spbe/hasil.json
G   0 all                /api/spbe/dcat.jsonld
G   0 all                /spbe/
G   0 all                /spbe/peta/
G   0 all                /spbe/<str:instansi>/
G   0 all                /o/.well-known/openid-configuration
G   0 all                /o/.well-known/jwks.json
GP  0 all                /o/masuk/
P   0 all                /o/token/
P   0 all                /o/cabut/
GP  0 all                /o/orang/
GP  0 all                /o/keluar/
G   0 all                /
G   0 all                /contoh-komponen/
G   0 all                /status/
G   0 all                /bantuan/
G   0 all                /aksesibilitas/
G   0 all                /pelindungan-data/
G   0 all                /data-terbuka/
G   0 all                /kode-sumber/
GP  0 all                /masuk/
GP  0 all                /masuk/kunci/
GP  0 all                /masuk/kode/
GP  0 all                /masuk/kode/surel/
GP  0 all                /masuk/faktor-kedua/
G   0 all                /masuk/nonaktif/
GP  1 self               /masuk/lagi/
GP  1 self               /masuk/lagi/kunci/
GP  0 all                /daftar/
GP  0 all                /daftar/kode/
GP  0 all                /daftar/kunci/
G   0 all                /keluar/
GP  1 all                /akun/surel/
G   1 all                /akun/keamanan/
GP  1 all                /akun/kunci/tambah/
GP  1 owner              /akun/kunci/<int:pk>/hapus/
GP  1 owner              /akun/kunci/<int:pk>/nama/
GP  1 all                /akun/aplikasi/
GP  1 self               /akun/aplikasi/hapus/
G   1 self               /akun/kode-pemulihan/
GP  1 all                /akun/kode-pemulihan/baru/
G   1 all                /akun/
G   1 all                /akun/mulai/
G   1 all                /akun/sesi/
P   1 owner              /akun/sesi/<int:number>/akhiri/
P   1 all                /akun/sesi/akhiri/
P   1 all                /akun/kode-pemulihan/unduh/
G   0 all                /masuk/hilang/
G   0 all                /surat-contoh/
GP  1 all                /akun/nik/
P   2 all                /akun/tunjuk/
G   2 all                /akun/kuasa/
GP  2 all                /akun/kuasa/beri/
GP  1 head               /akun/kuasa/instansi/
GP  2 all                /akun/kuasa/terima/
P   2 all                /akun/kuasa/kk/
P   2 owner,holder       /akun/kuasa/orang/<uuid:number>/cabut/
P   2 owner,head         /akun/kuasa/instansi/<uuid:number>/cabut/
G   1 official           /akun/loket/
GP  1 official           /akun/loket/orang/
GP  1 official           /akun/loket/pemulihan/
GP  1 official           /akun/loket/pemulihan/<uuid:number>/
GP  1 official           /akun/loket/wali/
GP  0 all                /pemulihan/
GP  0 all                /pemulihan/kunci/
GP  0 all                /pemulihan/batal/
P   1 owner              /akun/pemulihan/batal/
G   2 all                /siapa-melihat/
G   2 all                /siapa-melihat/unduh.json
G   2 all                /siapa-melihat/unduh.csv
G   2 owner              /siapa-melihat/bukti/<str:number>/
GP  0 all                /periksa/
G   0 all                /periksa/<str:code>/
G   1 owner              /urusan/<str:reference>/dokumen/<str:code>.pdf
G   1 owner              /urusan/<str:reference>/bukti-bayar/
G   2 all                /urusan/
G   2 owner              /urusan/<str:reference>/
G   2 owner              /urusan/<str:reference>/terkirim/
GP  2 owner              /urusan/<str:reference>/giliran/<int:task>/
P   2 owner              /urusan/<str:reference>/izin/
G   2 owner              /urusan/<str:reference>/salinan.json
GP  2 owner              /urusan/<str:reference>/pesan/
GP  2 owner              /urusan/<str:reference>/tarik/
GP  2 owner              /urusan/<str:reference>/keputusan/<int:decision>/<str:kind>/
G   2 owner              /urusan/<str:reference>/bukti/<str:number>/
G   1 officer,other_officer,owner /petugas/
G   1 officer,other_officer,owner /petugas/antrean.csv
G   1 officer            /petugas/tugas/<int:task>/
P   1 officer            /petugas/tugas/<int:task>/ambil/
P   1 officer            /petugas/tugas/<int:task>/kembalikan/
P   1 officer            /petugas/tugas/<int:task>/putuskan/
GP  1 officer            /petugas/tugas/<int:task>/lengkapi/
G   1 officer            /petugas/tugas/<int:task>/berkas/<uuid:upload>/
GP  1 officer            /petugas/tugas/<int:task>/pesan/
G   2 all                /persetujuan/
GP  2 owner              /persetujuan/<uuid:pk>/
P   2 owner              /persetujuan/<uuid:pk>/tarik/
G   2 owner              /persetujuan/<uuid:pk>/bukti/
G   0 all                /registri/
G   0 all                /registri/anggota/
GP  0 all                /registri/tujuan/
G   0 all                /registri/root.json
G   0 all                /registri/kontrak/<int:version>/
G   2 all                /registri/meja/
P   2 none               /registri/meja/putuskan/
GP  2 all                /registri/gabung/
P   2 none               /registri/tangguhkan/
GP  2 none               /registri/terbit/
G   2 none               /registri/terbit/usulan.json
G   2 none               /registri/simpul/<int:node>/sertifikat/
GP  2 none               /registri/versi/<int:version>/
GP  2 none               /registri/templat/<int:template>/
G   2 none               /registri/kesepakatan/<int:agreement>/
P   2 none               /registri/kesepakatan/<int:agreement>/langkah/
GP  2 none               /registri/kesepakatan/<int:agreement>/risiko/
GP  2 none               /registri/sistem-baru/<path:member>/
GP  2 none               /registri/simpul-baru/<path:member>/
GP  2 none               /registri/layanan-baru/<path:subsystem>/
GP  2 none               /registri/templat-baru/<path:service>/
GP  2 none               /registri/minta/<path:service>/
GP  2 none               /registri/coba/<path:service>/
G   0 all                /registri/anggota/<path:member>/
G   0 all                /registri/layanan/<path:service>/
G   0 all                /inventaris/
G   0 all                /inventaris/unduh.csv
G   0 all                /inventaris/unduh.xlsx
GP  2 none               /inventaris/muat/
G   2 none               /inventaris/muat/<uuid:pk>/
G   2 none               /inventaris/muat/<uuid:pk>/putusan.csv
G   0 all                /inventaris/<uuid:pk>/
GP  2 none               /inventaris/<uuid:pk>/ubah/
GP  2 none               /inventaris/<uuid:pk>/antarmuka/
GP  2 none               /inventaris/<uuid:pk>/langkah/<slug:name>/
G   2 none               /inventaris/<uuid:pk>/berkas/<slug:kind>/<uuid:number>/
G   0 all                /gerbang/
GP  2 none               /gerbang/usul/
G   0 all                /gerbang/<slug:reference>/
P   2 none               /gerbang/<slug:reference>/hubungkan/
GP  2 none               /gerbang/<slug:reference>/sambungan/
GP  2 none               /gerbang/<slug:reference>/pengecualian/
GP  2 none               /gerbang/<slug:reference>/nilai/
GP  2 none               /gerbang/<slug:reference>/tarik/
G   2 none               /gerbang/<slug:reference>/berkas/<uuid:number>/
G   0 all                /layanan/
G   0 all                /layanan/<slug:service>/
P   2 owner              /layanan/tanya-data/ajukan/
GP  2 all                /layanan/<slug:service>/periksa/
GP  2 owner              /layanan/<slug:service>/periksa/<str:reference>/
GP  2 owner              /layanan/<slug:service>/periksa/<str:reference>/keliru/<str:fact>/
G   2 owner              /layanan/<slug:service>/periksa/<str:reference>/berkas/<uuid:upload>/
P   2 owner              /layanan/<slug:service>/periksa/<str:reference>/hapus/
"""
OTHER_NAMES = {
    "/akun/kunci/": {"pk": "key"},
    "/akun/sesi/": {"number": "session"},
    "/akun/kuasa/orang/": {"number": "mandate"},
    "/akun/kuasa/instansi/": {"number": "office_mandate"},
    "/akun/loket/pemulihan/": {"number": "recovery"},
    "/siapa-melihat/": {"number": "look"},
    "/urusan/<str:reference>/giliran/": {"task": "turn"},
    "/petugas/tugas/<int:task>/berkas/": {"upload": "case_upload"},
    "/persetujuan/<uuid:pk>/tarik/": {"pk": "consent"},
    "/persetujuan/<uuid:pk>/bukti/": {"pk": "consent"},
    "/persetujuan/<uuid:pk>/": {"pk": "ask"},
    "/gerbang/": {"number": "ask"},
    "/inventaris/": {"pk": "ask", "number": "ask", "name": "service", "kind": "service"},
    "/layanan/": {"reference": "draft"},
}
"""Where a parameter names another object of tests/lib/portal_world.py than its own name says; the first that fits counts."""
GUARDS = {"": 0, "public": 0, "signed_on": 1, "assured(2)": 2}
BODY = {"bukti": "uji-bukti-1", "text": "Uji saja.", "office": "ID/GOV/KEMENDAGRI/DUKCAPIL", "putusan": "tidak"}
"""What a form sends; enough to get past it."""


class Line(NamedTuple):
    """One address of the table."""

    methods: tuple[str, ...]
    level: int
    who: tuple[str, ...]
    path: str

    def reaches(self, role: str) -> bool:
        return "all" in self.who or role in self.who


def lines() -> list[Line]:
    """The table, read."""
    read = (line.split() for line in TABLE.strip().splitlines())
    return [
        Line(tuple({"G": "get", "P": "post"}[one] for one in methods), int(level), tuple(who.split(",")), path)
        for methods, level, who, path in read
    ]


def filled(path: str, values: dict[str, str]) -> str:
    """The address of the owner's object."""
    other = next((names for start, names in OTHER_NAMES.items() if path.startswith(start)), {})
    for part in path.split("<")[1:]:
        parameter = part.partition(">")[0]
        name = parameter.partition(":")[2]
        path = path.replace(f"<{parameter}>", values[other.get(name, name)])
    return path
