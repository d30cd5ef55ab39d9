"""How alike two applications are: four parts between 0 and 1, and their weighted mean over the parts that both sides have.

Function, data and name are compared as TF-IDF vectors (scikit-learn), the reference codes of Perpres 132/2022 by the levels that
they share. Heavy to import: only `keeping` does, when it builds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from terpadu.governance.overlap.texts import DOMAINS, WEIGHTS, Likeness, Text
from terpadu.governance.overlap.words import words

_LEVELS = 4
_FEATURES = 2**18
Numbers = NDArray[np.float32]


def _vectorizer(name: str) -> HashingVectorizer:
    """No vocabulary is kept, so that what changes later is compared by the same features."""
    options: dict[str, Any] = {"n_features": _FEATURES, "alternate_sign": False, "norm": None, "dtype": np.float32}
    if name == "name":
        return HashingVectorizer(analyzer="char_wb", ngram_range=(3, 4), **options)
    return HashingVectorizer(analyzer=words, **options)


_VECTORIZERS = {name: _vectorizer(name) for name in ("function", "data", "name")}


def _counted(vectorizer: HashingVectorizer, texts: Sequence[str]) -> csr_matrix:
    """Words counted; of no text too, which scikit-learn does not take."""
    return csr_matrix(vectorizer.transform(texts)) if texts else csr_matrix((0, _FEATURES), dtype=np.float32)


class Index:
    """The texts of many applications, ready to be asked. Frozen once it is made; `idf` of another index may be taken over."""

    def __init__(self, texts: Sequence[Text], other: Index | None = None) -> None:
        self.keys = [text.key for text in texts]
        self._idf: dict[str, Any] = other._idf if other is not None else {}
        counted = {
            name: _counted(vectorizer, [_said(text, name) for text in texts])
            for name, vectorizer in _VECTORIZERS.items()
        }
        if other is None and texts:
            self._idf = {name: TfidfTransformer(sublinear_tf=True).fit(matrix) for name, matrix in counted.items()}
        self._texts = {name: self._weighed(name, matrix) for name, matrix in counted.items()}
        self._there = {name: np.asarray(matrix.getnnz(axis=1) > 0) for name, matrix in counted.items()}
        self._codes = _levels(text.codes for text in texts)

    def _weighed(self, name: str, matrix: csr_matrix) -> csr_matrix:
        return csr_matrix(self._idf[name].transform(matrix)) if matrix.shape[0] and self._idf else matrix

    def __len__(self) -> int:
        return len(self.keys)

    def ask(self, text: Text, most: int, without: frozenset[str] = frozenset()) -> list[Likeness]:
        """The most alike, the best first; `without`: keys that do not count."""
        if not self.keys:
            return []
        parts = {name: self._part(name, text) for name in _VECTORIZERS} | {"codes": _shared(self._codes, text.codes)}
        scores = _mean(parts)
        found = []
        for place in np.argsort(-scores, kind="stable"):
            key = self.keys[place]
            if key not in without:
                told = {name: _plain(values[place]) for name, values in parts.items()}
                found.append(Likeness(key, round(float(scores[place]), 4), told))
            if len(found) == most:
                break
        return found

    def _part(self, name: str, text: Text) -> Numbers:
        """Cosines with every text; NaN where one side is empty."""
        asked = self._weighed(name, _counted(_VECTORIZERS[name], [_said(text, name)]))
        cosines = np.asarray((self._texts[name] @ asked.T).todense(), dtype=np.float32).ravel()
        missing = ~self._there[name] if asked.nnz else np.ones(len(self.keys), dtype=bool)
        cosines[missing] = np.nan
        return np.sqrt(np.clip(cosines, 0, 1))


def _said(text: Text, name: str) -> str:
    """What a part compares. What an application does is also in its name and its data, where the sentence leaves it out."""
    return f"{text.function} {text.name} {text.data}" if name == "function" else getattr(text, name)


def _levels(codes: Iterable[tuple[str, ...]]) -> NDArray[np.int32]:
    """Codes as numbers: applications x domains x levels; 0 where there is none. RAL.02.03 is 3, 4, 0, 0: one is added."""
    rows = [[_numbers(code) for code in one] for one in codes]
    return np.array(rows, dtype=np.int32).reshape(len(rows), len(DOMAINS), _LEVELS)


def _numbers(code: str) -> list[int]:
    numbers = [int(level) + 1 for level in code.split(".")[1 : _LEVELS + 1]]
    return numbers + [0] * (_LEVELS - len(numbers))


def _shared(codes: NDArray[np.int32], asked: tuple[str, ...]) -> Numbers:
    """The part of levels that are the same from the top, the mean over domains that both have; NaN where there is none."""
    wanted = _levels([asked])[0]
    both = (codes[:, :, 0] > 0) & (wanted[:, 0] > 0)
    same = np.cumprod((codes == wanted) & (codes > 0), axis=2).sum(axis=2)
    deepest = np.maximum((codes > 0).sum(axis=2), (wanted > 0).sum(axis=1))
    part = np.where(both, same / np.maximum(deepest, 1), 0).sum(axis=1)
    number = both.sum(axis=1)
    return np.where(number > 0, part / np.maximum(number, 1), np.nan).astype(np.float32)


def _mean(parts: dict[str, Numbers]) -> Numbers:
    """The weighted mean over the parts that are there."""
    stacked = np.stack([parts[name] for name in WEIGHTS])
    weights = np.array(list(WEIGHTS.values()), dtype=np.float32)[:, None] * ~np.isnan(stacked)
    total = weights.sum(axis=0)
    return np.where(total > 0, (np.nan_to_num(stacked) * weights).sum(axis=0) / np.maximum(total, 1e-9), 0)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
