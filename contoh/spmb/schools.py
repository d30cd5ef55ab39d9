"""Schools near a village; the private ones have places when the public ones are full."""

from dataclasses import dataclass

from contoh.orang.places import SCHOOLS


@dataclass(frozen=True)
class Place:
    npsn: str
    nama: str
    negeri: bool


def schools_of(village_code: str, level: str) -> list[Place]:
    """The public school of the district, and the private one that takes whom it could not."""
    found = [one for one in SCHOOLS if one.jenjang == level and one.area.district_code == village_code[:6]]
    public = [Place(one.npsn, one.nama, True) for one in found]
    private = [
        Place(f"{one.npsn[:3]}9{one.npsn[4:]}", f"{level} MANDIRI CONTOH {one.area.kecamatan}", False) for one in found
    ]
    return [*public, *private]


def nearest(village_code: str, level: str) -> str:
    """The NPSN of the public school in the district."""
    return schools_of(village_code, level)[0].npsn


def private_beside(npsn: str) -> str:
    return f"{npsn[:3]}9{npsn[4:]}"
