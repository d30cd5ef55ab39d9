"""What browsers get: made of the sources as they are, licensed, and from nowhere else."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from tests.architecture.test_arrows import PRODUCT, ROOT

LOOK = ROOT / "tools" / "look"
SERVED = PRODUCT / "pages" / "static" / "pages"
ICONS = PRODUCT / "pages" / "icons"


def _digest() -> str:
    names = [
        "icons.json",
        "look.scss",
        "package-lock.json",
        *(f"scss/{path.name}" for path in (LOOK / "scss").iterdir()),
    ]
    found = hashlib.sha256()
    for name in sorted(names):
        found.update((LOOK / name).read_bytes())
    return found.hexdigest()


def test_the_style_sheet_is_made_of_its_sources() -> None:
    assert _digest() in (SERVED / "look.css").read_text(encoding="utf-8"), (
        "run: cd tools/look && npm ci && npm run build"
    )


def test_nothing_comes_from_elsewhere() -> None:
    style = (SERVED / "look.css").read_text(encoding="utf-8")
    assert re.findall(r"url\((?!\"?inter-latin\.woff2)[^)]*\)|@import", style) == []
    assert "resolved" not in (LOOK / "package-lock.json").read_text(encoding="utf-8")


def test_what_others_made_has_its_licence_beside_it() -> None:
    for file, words in (
        (SERVED / "govuk-frontend.LICENSE.txt", "Crown Copyright"),
        (SERVED / "inter.LICENSE.txt", "SIL OPEN FONT LICENSE"),
        (ICONS / "LICENSE.txt", "Paweł Kuna"),
    ):
        assert words in file.read_text(encoding="utf-8")


def test_every_icon_that_a_page_names_is_there() -> None:
    there = {path.stem for path in ICONS.glob("*.svg")}
    assert there == set(json.loads((LOOK / "icons.json").read_text(encoding="utf-8")))
    named = {
        name
        for path in [*PRODUCT.rglob("templates/**/*.html"), *Path(ROOT / "demo" / "layanan").rglob("*.toml")]
        for name in re.findall(r'(?:\{% icon |icon = )"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named <= there


def test_font_and_style_are_small() -> None:
    assert (SERVED / "inter-latin.woff2").stat().st_size < 50_000
    assert (SERVED / "look.css").stat().st_size < 80_000
