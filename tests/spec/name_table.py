"""Names and dates as conditions of services see them: tables that are the specification."""

from __future__ import annotations

NEW_NAMES = [
    ("ALUNA KIRANA", True, "two words"),
    ("Aluna Kirana Putri Anggraini", True, "case does not matter"),
    ("ALUNA", False, "one word: names given now have at least two"),
    ("", False, "nothing"),
    ("A" * 30 + " " + "B" * 29, True, "60 letters with the space"),
    ("A" * 30 + " " + "B" * 30, False, "61 letters with the space"),
    ("ALUNA K", False, "a word of one letter is an abbreviation"),
    ("M. YUSUF", False, "a dot is an abbreviation"),
    ("ALUNA 2 KIRANA", False, "a digit"),
    ("NUR'AINI PUTRI", False, "an apostrophe"),
    ("ANNE-MARIE PUTRI", False, "a hyphen"),
    ("RENÉ PUTRA", False, "an accent: the 26 letters only"),
    ("АННА ПУТРИ", False, "letters that only look Latin"),
    ("  ALUNA   KIRANA ", True, "spaces do not count as words"),
]
"""A name that is entered now, may it be, why (Permendagri 73/2022 articles 4 and 5)."""

SAME_NAMES = [
    ("Siti Maryam", "SITI MARYAM", True, "case"),
    ("Dr. Siti Maryam, M.Si", "SITI MARYAM", True, "titles"),
    ("H. Ahmad Fauzi", "Ahmad Fauzi", True, "a religious title"),
    ("Nur'aini", "NURAINI", True, "an apostrophe"),
    ("René Lubis", "RENE LUBIS", True, "an accent"),
    ("Anne-Marie Putri", "ANNE MARIE PUTRI", True, "a hyphen is a space"),
    ("Melati", "MELATI", True, "one word stays valid"),
    ("Siti Maryam", "SITI MARIAM", False, "another letter is another name"),
    ("Siti Maryam", "MARYAM SITI", False, "the order of words"),
    ("Melati", "Melati Putri", False, "nobody is given a second word"),
]
"""Two spellings, are they one name, why."""

AGES = [
    ("2020-07-01", "2026-07-01", 6, "on the day itself"),
    ("2020-07-02", "2026-07-01", 5, "the day before"),
    ("2008-02-29", "2026-02-28", 17, "born on a leap day: not yet"),
    ("2008-02-29", "2026-03-01", 18, "born on a leap day: now"),
    ("2026-11-24", "2026-11-24", 0, "newborn"),
]
"""Born, day, whole years, why."""

DAYS = [
    ("2026-11-24", "2026-11-24", 0, "the same day"),
    ("2026-09-25", "2026-11-24", 60, "60 days: a birth is still in time"),
    ("2026-09-24", "2026-11-24", 61, "61 days: a decision of the head of office is needed"),
    ("2024-02-28", "2024-03-01", 2, "over a leap day"),
    ("2026-11-25", "2026-11-24", -1, "a day that is still to come"),
]
"""First, last, days between, why."""
