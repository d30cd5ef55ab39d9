"""Names put together from parts: they sound right and are nobody's on purpose."""

from random import Random

from contoh.orang.values import Sex

_PARTS: dict[Sex, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "L": (
        ("BARA", "DANA", "WIRA", "SATYA", "RAKA", "ARYA", "JAYA", "SURYA", "NARA", "GALIH", "TIRTA", "LINGGA",
         "BAYU", "PANDU", "MANGGALA", "REKSA", "CAKRA", "DHARMA", "KERTA", "ABHI"),
        ("TAMA", "WAN", "YASA", "PUTRA", "BUMI", "GARA", "DITA", "SENA", "NEGARA", "KUSUMA", "WARDANA"),
    ),
    "P": (
        ("SEKAR", "RATNA", "MELATI", "KIRANA", "DEWI", "LARAS", "PUSPA", "INTAN", "KENANGA", "CANDRA",
         "WULAN", "TIARA", "GENDIS", "NILAM", "ANGGRA", "SARI", "KEMALA", "CEMPAKA", "NAWANG", "RINJANI"),
        ("WATI", "SARI", "NINGRUM", "AYU", "ASIH", "NINGSIH", "LESTARI", "RINI", "NINGTYAS", "UTAMI"),
    ),
}  # fmt: skip
_SECOND = (
    "PRANATA", "SAMUDERA", "LAZUARDI", "HARAPAN", "PERTIWI", "MAHARDIKA", "SASMITA", "WICAKSANA", "BUANA",
    "SENTOSA", "MAHESWARA", "PURNAMA", "NIRWANA", "RAHARJA", "KENCANA", "WASKITA", "PALAPA", "KARTIKA",
    "TUNGGADEWA", "BIRAMA", "LOKANANTA", "SARASWANI", "JATINEGARI", "HANGGARA", "TALAGA", "SAGARA", "MADYA",
)  # fmt: skip


def full_name(rng: Random, sex: Sex) -> str:
    """Upper case, as the register prints it: 'WIRATAMA SAGARA'. One in ten people has only one name."""
    heads, tails = _PARTS[sex]
    given = rng.choice(heads) + rng.choice(tails)
    return given if rng.random() < 0.1 else f"{given} {rng.choice(_SECOND)}"
