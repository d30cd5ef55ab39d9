"""`terpadu federation …`: the registry's commands. Arguments only; what they do is in `terpadu.trust`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path
from typing import Annotated

import typer

from terpadu.cli.told import Told, told
from terpadu.clock import system_clock
from terpadu.errors import BadInput, TerpaduError
from terpadu.model.federation import Agreement, Service
from terpadu.signing.keys import PrivateKey
from terpadu.trust import carrying, draft, files, forms, narrow, publish
from terpadu.trust.differences import differences
from terpadu.trust.office import Office, load_key
from terpadu.trust.request import read_request
from terpadu.trust.serve import serve
from terpadu.trust.toml import read_toml

app = typer.Typer(cls=Told, no_args_is_help=True, help="Registri federasi: siapa anggota, siapa boleh apa.")
_member = typer.Typer(no_args_is_help=True, help="Instansi yang bergabung.")
_node = typer.Typer(no_args_is_help=True, help="Simpul milik anggota.")
_subsystem = typer.Typer(no_args_is_help=True, help="Sistem milik anggota.")
_service = typer.Typer(no_args_is_help=True, help="Layanan sebuah sistem.")
_purpose = typer.Typer(no_args_is_help=True, help="Daftar tujuan dan dasar hukumnya.")
_agreement = typer.Typer(no_args_is_help=True, help="Kesepakatan: siapa boleh memakai apa.")
app.add_typer(_member, name="member")
app.add_typer(_node, name="node")
app.add_typer(_subsystem, name="subsystem")
app.add_typer(_service, name="service")
app.add_typer(_purpose, name="purpose")
app.add_typer(_agreement, name="agreement")

Dir = Annotated[Path, typer.Option("--dir", help="Direktori registri.")]
HERE = Path()


@app.command()
def init(
    directory: Path,
    instance: Annotated[str, typer.Option(help="Nama federasi, misalnya ID.")],
    witnesses: Annotated[int, typer.Option(help="Banyaknya saksi yang dibutuhkan sebuah bukti.")] = 1,
) -> None:
    """Buat registri: tiga kunci pemegang, kunci daring, root.json, dan draf kosong."""
    office = publish.create(directory, instance, system_clock(), witnesses)
    typer.echo(f"Registri {instance} dibuat di {directory}. Jangkar kepercayaan: {office.public / 'root.json'}")
    typer.echo(f"Pindahkan ketiga kunci di {directory / 'offline'} ke pemegangnya masing-masing; simpan luring.")


@_member.command("add")
def member_add(
    member: str,
    name: Annotated[str, typer.Option(help="Nama instansi.")],
    country: Annotated[str, typer.Option(help="Negara, dua huruf.")] = "ID",
    directory: Dir = HERE,
) -> None:
    """Tambahkan anggota ke draf."""
    publish.amend(Office(directory), lambda before: draft.with_member(before, member, name, country))
    typer.echo(f"Draf: anggota {member}.")


@_node.command("add")
def node_add(
    request: Path,
    certificate: Annotated[Path | None, typer.Option(help="Berkas sertifikat TLS (bila bukan di sebelahnya).")] = None,
    directory: Dir = HERE,
) -> None:
    """Tambahkan simpul dari permintaannya ke draf; terbitkan sertifikat TLS-nya bila diminta."""
    office, now = Office(directory), system_clock()
    asked = read_request(_bytes(request), str(request))
    publish.amend(office, lambda before: draft.with_node(before, asked, now))
    typer.echo(f"Draf: simpul {asked.node.id} dengan {len(asked.keys)} kunci.")
    if name := draft.certificate_file(asked):
        place = certificate or request.parent / name
        files.write_whole(place, publish.certificate_for(office, asked).encode())
        typer.echo(f"Sertifikat TLS: {place}")


@_subsystem.command("add")
def subsystem_add(
    subsystem: str,
    name: Annotated[str, typer.Option(help="Nama sistem.")],
    application: Annotated[str, typer.Option(help="Nomor inventaris aplikasi.")] = "",
    directory: Dir = HERE,
) -> None:
    """Tambahkan sistem ke draf."""
    publish.amend(Office(directory), lambda before: draft.with_subsystem(before, subsystem, name, application))
    typer.echo(f"Draf: sistem {subsystem}.")


@_service.command("add")
def service_add(file: Path, directory: Dir = HERE) -> None:
    """Tambahkan layanan dari berkas TOML ke draf."""
    service = read_toml(file, Service)
    publish.amend(Office(directory), lambda before: draft.with_service(before, service))
    typer.echo(f"Draf: layanan {service.id}.")


@_purpose.command("add")
def purpose_add(
    purpose: str,
    title: Annotated[str, typer.Option(help="Tujuan dalam satu kalimat.")],
    basis: Annotated[str, typer.Option(help="Dasar hukum.")],
    directory: Dir = HERE,
) -> None:
    """Tambahkan tujuan dengan dasar hukumnya ke draf."""
    publish.amend(Office(directory), lambda before: draft.with_purpose(before, purpose, title, basis))
    typer.echo(f"Draf: tujuan {purpose}.")


@_agreement.command("add")
def agreement_add(file: Path, directory: Dir = HERE) -> None:
    """Tambahkan kesepakatan dari berkas TOML ke draf."""
    agreement = read_toml(file, Agreement)
    publish.amend(Office(directory), lambda before: draft.with_agreement(before, agreement))
    typer.echo(f"Draf: kesepakatan {agreement.name}.")


@app.command()
def diff(directory: Dir = HERE) -> None:
    """Tunjukkan apa yang diubah draf, dan apa yang sedang ditangguhkan."""
    office = Office(directory)
    lines = differences(office.federation(), office.draft())
    typer.echo("\n".join(lines) if lines else "Draf sama dengan yang terbit.")
    for item in office.narrowing().suspended:
        typer.echo(f"! ditangguhkan {item.what} oleh {item.by}: {item.reason}")
    for service in office.narrowing().halted:
        typer.echo(f"! peluncuran dihentikan {service}")


@app.command()
def sign(
    key: Annotated[Path, typer.Option(help="Berkas kunci seorang pemegang.")],
    directory: Dir = HERE,
    proposal: Annotated[Path | None, typer.Option(help="Usulan yang diunduh: tanda tangani berkas ini saja.")] = None,
    root: Annotated[Path, typer.Option(help="root.json yang dipercaya pemegang (untuk --proposal).")] = Path(
        "root.json"
    ),
    before: Annotated[Path | None, typer.Option(help="Usulan yang ditandatangani terakhir: tunjukkan bedanya.")] = None,
) -> None:
    """Tanda tangani draf sebagai satu pemegang kunci; di bawah ambang tidak ada yang terbit."""
    if proposal is not None:
        _sign_carried(proposal, load_key(key), root, before)
        return
    office = Office(directory)
    signed = publish.sign(office, load_key(key), system_clock())
    typer.echo(f"Ditandatangani {len(signed.lines)} dari {office.anchors().threshold} pemegang yang dibutuhkan.")


def _sign_carried(file: Path, key: PrivateKey, root: Path, before: Path | None) -> None:
    """Away from the registry: say what it changes, sign it, leave it in the same file."""
    trusted, carried = _bytes(root), carrying.read(_bytes(file))
    older = carrying.check_whole(carrying.read(_bytes(before)), carrying.root_of(trusted)) if before else None
    signed, federation = carrying.sign(carried, key, trusted)
    lines = differences(older, federation)
    typer.echo("\n".join(lines) if lines else "Sama dengan usulan sebelumnya.")
    back = file.with_suffix(".tanda-tangan.json")
    files.write_whole(file, forms.to_bytes(signed))
    files.write_whole(back, forms.to_bytes(carrying.signatures_of(signed)))
    typer.echo(
        f"Federasi nomor {federation.number} ditandatangani; {len(signed.lines)} tanda tangan. Kirim kembali {back}."
    )


@app.command("publish")
def publish_(
    address: Annotated[str, typer.Option("--serve", help="HOST:PORT untuk melayani berkas yang terbit.")] = "",
    directory: Dir = HERE,
) -> None:
    """Terbitkan draf yang cukup tanda tangannya; dengan --serve, layani dan segarkan terus."""
    office = Office(directory)
    try:
        published = publish.publish_signed(office, system_clock())
        typer.echo(f"Federasi nomor {published.number} terbit." if published else "Tidak ada yang menunggu terbit.")
    except BadInput as error:
        # Whoever restarts the server while holders are still signing goes on serving what is published.
        if not address or office.federation() is None:
            raise
        typer.echo(told(error), err=True)
    if address:
        _serve(office, address)


def _serve(office: Office, address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise BadInput(f"Expected HOST:PORT after --serve, got {address[:60]!r}.")

    def listening(bound: int) -> None:
        typer.echo(f"Melayani http://{host}:{bound}/")

    async def until_told() -> None:
        if task := asyncio.current_task():
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await serve(office, host.strip("[]"), int(port), system_clock, listening)

    try:
        asyncio.run(until_told())
    except OSError as error:
        sentence = f"Expected a free address at {address}: {error.strerror}. Name another port."
        raise TerpaduError(sentence, "not-started") from None


@app.command()
def suspend(
    what: str,
    by: Annotated[str, typer.Option(help="consumer, provider, atau centre.")],
    reason: Annotated[str, typer.Option(help="Alasan.")],
    directory: Dir = HERE,
) -> None:
    """Tangguhkan anggota, simpul, sistem, layanan, atau kesepakatan: berlaku dalam 60 detik."""
    narrow.suspend(Office(directory), what, by, reason, system_clock())
    typer.echo(f"{what} ditangguhkan.")


@app.command()
def resume(
    what: str,
    by: Annotated[str, typer.Option(help="Siapa yang menangguhkan: consumer, provider, atau centre.")],
    directory: Dir = HERE,
) -> None:
    """Akhiri penangguhan oleh satu pihak; penangguhan pihak lain tetap."""
    narrow.resume(Office(directory), what, by, system_clock())
    typer.echo(f"Penangguhan {what} berakhir.")


@app.command()
def halt(service: str, directory: Dir = HERE) -> None:
    """Hentikan peluncuran sebuah layanan."""
    narrow.halt(Office(directory), service, system_clock())
    typer.echo(f"Peluncuran {service} dihentikan.")


@app.command()
def unhalt(service: str, directory: Dir = HERE) -> None:
    """Lanjutkan peluncuran yang dihentikan."""
    narrow.unhalt(Office(directory), service, system_clock())
    typer.echo(f"Peluncuran {service} dilanjutkan.")


@app.command("consent-signer")
def consent_signer(name: str, member: str, public_key: Path, directory: Dir = HERE) -> None:
    """Daftarkan penanda tangan persetujuan: nama, anggota, berkas kunci publik (`terpadu portal init` menulisnya)."""
    key = _bytes(public_key).decode("ascii", "replace").strip()
    now = system_clock()
    publish.amend(Office(directory), lambda before: draft.with_consent_signer(before, name, member, key, now))
    typer.echo(f"Penanda tangan {name} menunggu tanda tangan pemegang.")


@app.command()
def keys(directory: Dir = HERE) -> None:
    """Daftar kunci yang tercatat, dalam bentuk untuk `revoke`."""
    office = Office(directory)
    for line in narrow.key_lines(office.federation() or office.draft(), office.revocations()):
        typer.echo(line)


@app.command()
def revoke(key: str, directory: Dir = HERE) -> None:
    """Cabut sebuah kunci (NAMA+KEYID)."""
    narrow.revoke(Office(directory), key, system_clock())
    typer.echo(f"Kunci {key} dicabut.")


@app.command()
def withdraw(receipt_hash: str, directory: Dir = HERE) -> None:
    """Catat persetujuan yang ditarik, dari hash tanda terimanya."""
    narrow.withdraw(Office(directory), receipt_hash, system_clock())
    typer.echo("Penarikan persetujuan dicatat.")


@app.command()
def rekey(role: str, directory: Dir = HERE) -> None:
    """Ganti kunci daring sebuah peran; berlaku setelah ditandatangani dan terbit."""
    publish.rekey(Office(directory), role)
    typer.echo(f"Kunci baru untuk {role} menunggu tanda tangan pemegang.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"Expected a file at {path}: {error.strerror}. Name the file that holds it.") from None
