"""An invented province, 99, with its regencies, districts, villages, schools, universities and hospitals."""

from contoh.orang.values import Area, Hospital, Level, School, University

PROVINCE = "NUSA CONTOH"
_REGENCIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("KOTA BANDAR PERMAI", ("PELABUHAN LAMA", "TAMAN KENCANA", "BUKIT SERUNI")),
    ("KABUPATEN TELUK JERNIH", ("MUARA TENANG", "PANTAI KARANG", "SAWAH LEBAR")),
    ("KABUPATEN RIMBA RAYA", ("HULU SUNGAI BIRU", "LEMBAH KAYU", "PADANG ILALANG")),
    ("KABUPATEN GUNUNG EMBUN", ("KAKI GUNUNG", "TELAGA WARNA", "KEBUN TEH")),
)
_VILLAGES = ("MEKAR SENTOSA", "SUKA RUKUN", "TANJUNG ASRI", "KARYA BERSAMA")


def _areas() -> tuple[Area, ...]:
    return tuple(
        Area(f"99{r:02d}{d:02d}{2000 + v}", PROVINCE, regency, district, village)
        for r, (regency, districts) in enumerate(_REGENCIES, 1)
        for d, district in enumerate(districts, 1)
        for v, village in enumerate(_VILLAGES, 1)
    )


AREAS = _areas()
ELSEWHERE = {
    "sleman": Area("9905012001", "DI YOGYAKARTA", "KABUPATEN SLEMAN", "DEPOK", "MEKAR SENTOSA"),
    "sikka": Area("9906012001", "NUSA TENGGARA TIMUR", "KABUPATEN SIKKA", "ALOK", "SUKA RUKUN"),
    "bandung": Area("9907012001", "JAWA BARAT", "KOTA BANDUNG", "COBLONG", "TANJUNG ASRI"),
    "makassar": Area("9908012001", "SULAWESI SELATAN", "KOTA MAKASSAR", "TAMALATE", "KARYA BERSAMA"),
    "gorontalo": Area("9909012001", "GORONTALO", "KOTA GORONTALO", "KOTA SELATAN", "MEKAR SENTOSA"),
    "jayawijaya": Area("9910012001", "PAPUA PEGUNUNGAN", "KABUPATEN JAYAWIJAYA", "WAMENA", "SUKA RUKUN"),
    "denpasar": Area("9911012001", "BALI", "KOTA DENPASAR", "DENPASAR BARAT", "TANJUNG ASRI"),
    "wonogiri": Area("9912012001", "JAWA TENGAH", "KABUPATEN WONOGIRI", "SELOGIRI", "KARYA BERSAMA"),
    "baubau": Area("9913012001", "SULAWESI TENGGARA", "KOTA BAUBAU", "BETOAMBARI", "MEKAR SENTOSA"),
}
"""Where the test persons live: names of real regencies, since the offices' clocks and rules differ by region, but with
codes that begin with 99, so that no number made of them can belong to anybody; the villages' names are invented."""
_DISTRICTS = AREAS[:: len(_VILLAGES)]
_LEVELS: tuple[Level, ...] = ("SD", "SMP", "SMA")
SCHOOLS: tuple[School, ...] = tuple(
    School(f"99{level}{number:05d}", f"{jenjang} NEGERI CONTOH {number} {area.kecamatan}", jenjang, area)
    for level, jenjang in enumerate(_LEVELS, 1)
    for number, area in enumerate((*_DISTRICTS, *ELSEWHERE.values()), 1)
)
UNIVERSITIES = (
    University("991001", "UNIVERSITAS CONTOH NUSANTARA"),
    University("991002", "INSTITUT TEKNOLOGI BANDAR PERMAI"),
    University("991003", "UNIVERSITAS TELUK JERNIH"),
)
HOSPITALS = tuple(
    Hospital(f"99{number:05d}", f"RSUD CONTOH {regency.split(' ', 1)[1]}", regency)
    for number, (regency, _) in enumerate(_REGENCIES, 1)
)


def school(district_code: str, jenjang: Level) -> School:
    """The public school of that level in that district. KeyError where there is none."""
    return _BY_DISTRICT[district_code, jenjang]


_BY_DISTRICT = {(s.area.district_code, s.jenjang): s for s in SCHOOLS}
