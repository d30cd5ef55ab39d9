"""The SFTP side: one account, two folders, and the rename by which a caller says that a batch is complete."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import asyncssh
from asyncssh import (
    FXF_APPEND,
    FXF_CREAT,
    FXF_TRUNC,
    FXF_WRITE,
    SFTPAttrs,
    SFTPFailure,
    SFTPOpUnsupported,
    SFTPPermissionDenied,
)

from contoh.alat import Counters, credential
from contoh.dtsen.batch import NAMA_BATCH, Kantor, Pengolah
from contoh.orang import Population

SELESAI = None
"""In the queue: there will be no more."""


@dataclass(slots=True)
class Layanan:
    """A running stand-in."""

    port: int
    kunci_publik: str
    kantor: Kantor
    hitungan: Counters
    tutup: Callable[[], object]


class _Pintu(asyncssh.SSHServer):
    """Lets one account in, by its password."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        nama = secrets.compare_digest(username.encode(), credential("DTSEN_USERNAME").encode())
        return secrets.compare_digest(password.encode(), credential("DTSEN_PASSWORD").encode()) and nama


class _Ruang(asyncssh.SFTPServer):
    """`masuk/`: write NAME.csv.part, rename it to NAME.csv. `keluar/`: read, and remove what was fetched."""

    def __init__(
        self, saluran: asyncssh.SSHServerChannel[bytes], kantor: Kantor, lengkap: Callable[[str], None]
    ) -> None:
        super().__init__(saluran, chroot=os.fsencode(kantor.sftp))
        self._kantor, self._lengkap = kantor, lengkap

    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> object:
        if pflags & (FXF_WRITE | FXF_APPEND | FXF_CREAT | FXF_TRUNC) and not _sedang_dikirim(path):
            raise SFTPPermissionDenied("write to masuk/NAME.csv.part and rename it when it is complete")
        return super().open(path, pflags, attrs)

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        folder, nama = _letak(newpath)
        if not _sedang_dikirim(oldpath) or folder != "masuk" or not NAMA_BATCH.fullmatch(nama):
            raise SFTPPermissionDenied("rename masuk/NAME.csv.part to masuk/usulan-....csv or masuk/desil-....csv")
        if (self._kantor.masuk / nama).exists():
            raise SFTPFailure("a batch of this name is waiting")
        super().posix_rename(oldpath, newpath)
        self._lengkap(nama)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        self.rename(oldpath, newpath)

    def remove(self, path: bytes) -> None:
        if _letak(path)[0] != "keluar" and not _sedang_dikirim(path):
            raise SFTPPermissionDenied("a complete batch cannot be withdrawn")
        super().remove(path)

    def _tidak_ada(self, *_: object) -> object:
        raise SFTPOpUnsupported("not offered here")

    mkdir = rmdir = symlink = link = open56 = _tidak_ada  # type: ignore[assignment]


async def layani(
    kantor: Kantor,
    penduduk: Population,
    alamat: tuple[str, int],
    siap: Callable[[Layanan], None],
    hitungan: Path | None = None,
) -> None:
    """Serve until `tutup` of the Layanan given to `siap` is called. `hitungan`: where the counters are written."""
    kantor.siapkan()
    angka, antrian = Counters(), asyncio.Queue[str | None]()
    pengolah = Pengolah(kantor, penduduk, angka)
    for nama in pengolah.tertinggal():
        antrian.put_nowait(nama)
    kunci = _kunci_inang(kantor.akar / "kunci_inang")
    pendengar = await asyncssh.listen(
        *alamat,
        server_factory=_Pintu,
        server_host_keys=[kunci],
        sftp_factory=lambda saluran: _Ruang(saluran, kantor, antrian.put_nowait),
        allow_scp=False,
    )
    putaran, publik = asyncio.get_running_loop(), kunci.export_public_key().decode().strip()

    def tutup() -> None:
        putaran.call_soon_threadsafe(antrian.put_nowait, SELESAI)

    async with pendengar:
        _tulis(hitungan, angka)
        siap(Layanan(pendengar.get_port(), publik, kantor, angka, tutup))
        while (nama_batch := await antrian.get()) is not SELESAI:
            await asyncio.to_thread(pengolah.olah, nama_batch)
            _tulis(hitungan, angka)


def _kunci_inang(berkas: Path) -> asyncssh.SSHKey:
    """The host key of this folder, invented at the first start, readable by its owner only."""
    if not berkas.exists():
        kunci = asyncssh.generate_private_key("ssh-ed25519", comment="contoh-dtsen")
        with open(os.open(berkas, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as tulis:
            tulis.write(kunci.export_private_key())
    return asyncssh.read_private_key(berkas)


def _tulis(berkas: Path | None, angka: Counters) -> None:
    if berkas:
        sementara = berkas.with_name(berkas.name + ".part")
        sementara.write_text(json.dumps(angka.as_json()))
        sementara.replace(berkas)


def _letak(path: bytes) -> tuple[str, str]:
    """The folder and the name of a path of one folder; both empty for anything deeper or outside."""
    bagian = PurePosixPath("/", os.fsdecode(path)).parts[1:]
    return (bagian[0], bagian[1]) if len(bagian) == 2 and ".." not in bagian else ("", "")


def _sedang_dikirim(path: bytes) -> bool:
    folder, nama = _letak(path)
    return folder == "masuk" and nama.endswith(".part")
