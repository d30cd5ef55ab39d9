"""LZString's compression for addresses, as BPJS packs its replies: LZ78 over characters, six bits to a letter.

A code that is 0 brings a new character of 8 bits, 1 one of 16, 2 the end; all others name what was seen before. Codes grow by a
bit when the table has doubled; every number is written with its lowest bit first.
"""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-$"
_NEW_BYTE, _NEW_WORD, _END, _FIRST = 0, 1, 2, 3


def pack(text: str) -> str:
    """The letters of `ALPHABET` that stand for a text."""
    packer = _Packer()
    seen = ""
    for letter in text:
        packer.meet(letter)
        if seen + letter in packer.codes:
            seen += letter
            continue
        packer.put(seen)
        packer.codes[seen + letter] = len(packer.codes) + _FIRST
        seen = letter
    if seen:
        packer.put(seen)
    packer.write(_END, packer.width)
    return packer.letters()


class _Packer:
    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.width = 2
        self._new: set[str] = set()
        self._until_wider = 2
        self._bits: list[int] = []

    def meet(self, letter: str) -> None:
        """A character that was never there gets a code, and is spelt out at its first use."""
        if letter not in self.codes:
            self.codes[letter] = len(self.codes) + _FIRST
            self._new.add(letter)

    def put(self, seen: str) -> None:
        if seen in self._new:
            wide = ord(seen) > 255
            self.write(_NEW_WORD if wide else _NEW_BYTE, self.width)
            self.write(ord(seen), 16 if wide else 8)
            self._new.remove(seen)
            self._counted()
        else:
            self.write(self.codes[seen], self.width)
        self._counted()

    def write(self, number: int, width: int) -> None:
        self._bits += [number >> place & 1 for place in range(width)]

    def letters(self) -> str:
        """At least one bit of filling follows the end."""
        bits = [*self._bits, 0]
        bits += [0] * (-len(bits) % 6)
        groups = (bits[at : at + 6] for at in range(0, len(bits), 6))
        return "".join(ALPHABET[int("".join(map(str, group)), 2)] for group in groups)

    def _counted(self) -> None:
        self._until_wider -= 1
        if self._until_wider == 0:
            self._until_wider = 2**self.width
            self.width += 1
