"""`terpadu portal`: make its folder, bring its database up to date, serve it, say what production still needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from terpadu.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Portal: menyiapkan dan menjalankan halaman layanan.")

File = Annotated[Path, typer.Argument(help="berkas portal.toml")]
Folder = Annotated[Path, typer.Argument(help="map baru untuk portal")]

_EXAMPLE = """\
[portal]
keys = "keys"
address = "http://localhost:8000"
node = "http://127.0.0.1:8080"
subsystem = "ID/GOV/CONTOH/PORTAL"
services = "layanan"
database = "sqlite:///portal.db"
"""


@app.command()
def init(folder: Folder) -> None:
    """Membuat map portal: kunci dan contoh portal.toml; yang sudah ada tidak disentuh."""
    from terpadu.portal import keys

    keys.make(folder / "keys")
    file = folder / "portal.toml"
    if not file.exists():
        file.write_text(_EXAMPLE, encoding="utf-8")
    typer.echo(f"Siap: {file}. Sesuaikan, lalu jalankan: terpadu portal prepare {file}")


@app.command()
def prepare(file: File) -> None:
    """Membawa basis data ke bentuk terbaru dan mengumpulkan berkas halaman."""
    begin(file)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    typer.echo("Siap: basis data dan berkas halaman mutakhir.")


@app.command()
def run(file: File) -> None:
    """Melayani halaman sampai dihentikan."""
    begin(file)
    from terpadu.portal.serving import serve

    serve()


@app.command()
def work(
    file: File,
    once: Annotated[bool, typer.Option("--once", help="kerjakan yang jatuh tempo, lalu selesai")] = False,
    lease: Annotated[float, typer.Option(min=0, help="detik sampai urusan pekerja yang mati boleh diambil")] = 90.0,
) -> None:
    """Mengerjakan urusan: bertanya ke instansi, menjaga batas waktu, mengirim kabar. Boleh beberapa berdampingan."""
    begin(file)
    from terpadu.cases.worker import main

    main(once, lease)


@app.command()
def client(
    file: File,
    name: Annotated[str, typer.Argument(help="nama aplikasi, seperti orang melihatnya")],
    back: Annotated[list[str], typer.Option(help="alamat kembali sesudah masuk")],
    after: Annotated[list[str] | None, typer.Option(help="alamat sesudah keluar")] = None,
    sector: Annotated[str, typer.Option(help="kelompok aplikasi yang mengenal orang dengan satu nama")] = "",
    logout: Annotated[str, typer.Option(help="alamat yang dikabari bila orangnya keluar")] = "",
) -> None:
    """Mendaftarkan aplikasi yang memakai masuk lewat portal; rahasianya dicetak sekali ini saja."""
    begin(file)
    from terpadu.identity.openid.clients import register

    made, secret = register(name, back, after or [], sector, logout)
    typer.echo(f"client_id: {made.client_id}\nclient_secret: {secret}")


@app.command("rotate-keys")
def rotate_keys(file: File) -> None:
    """Membuat kunci baru untuk tanda masuk; yang lama tetap terbit. Berlaku setelah portal dijalankan ulang."""
    begin(file)
    from django.conf import settings

    from terpadu.portal.keys import rotate

    typer.echo(f"Kunci baru: {rotate(settings.HOME / settings.PORTAL.keys)}. Jalankan ulang portal.")


@app.command()
def office(
    file: File,
    name: Annotated[str, typer.Argument(help="instansi, misalnya ID/GOV/KEMENDAGRI/DUKCAPIL")],
    email: Annotated[str, typer.Argument(help="alamat surel terbukti dari akun yang NIK-nya cocok")],
) -> None:
    """Menetapkan pimpinan instansi: ia memberi kuasa kepada petugasnya. Pimpinan sebelumnya berhenti."""
    begin(file)
    from terpadu.identity.mandates.giving import name_head_by_address

    mandate = name_head_by_address(name, email)
    typer.echo(f"Pimpinan {mandate.office} sampai {mandate.until:%Y-%m-%d}.")


@app.command()
def inventory(
    file: File,
    data: Annotated[Path, typer.Argument(help="inventaris aplikasi: CSV UTF-8 atau XLSX")],
    member: Annotated[str, typer.Option(help="hanya terima baris instansi ini, misalnya ID/GOV/KEMENKES")] = "",
    verdicts: Annotated[Path | None, typer.Option(help="tulis putusan setiap baris ke berkas CSV ini")] = None,
) -> None:
    """Memuat inventaris aplikasi. Yang terhenti dilanjutkan dengan perintah yang sama; entri lama diperbarui."""
    begin(file)
    from terpadu.governance.inventory import running

    if not running.run(data, member, verdicts, typer.echo):
        raise typer.Exit(1)


@app.command()
def adopt(file: File) -> None:
    """Menampilkan isi federasi yang terbit di halaman registri; yang sudah ada di sana tidak disentuh."""
    begin(file)
    from terpadu.registry.adopting import adopt_published

    came = adopt_published()
    typer.echo(", ".join(f"{number} {kind}" for kind, number in came.items()))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context, file: File) -> None:
    """Perintah Django untuk pemelihara, misalnya: manage portal.toml shell."""
    begin(file)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["terpadu portal manage", *context.args])


def begin(file: Path) -> Any:
    """Django with this file's settings. Raises `BadInput` where the extra is not installed."""
    if not file.is_file():
        raise BadInput(f"Expected the portal's settings at {file}; make them with `terpadu portal init`.")
    os.environ["TERPADU_PORTAL"] = str(file.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "terpadu.portal.config"
    try:
        import django
    except ImportError:
        raise BadInput("Expected the portal's libraries; install them with `pip install terpadu[portal]`.") from None
    django.setup()
