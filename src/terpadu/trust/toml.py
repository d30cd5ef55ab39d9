"""Services and agreements as people write them: TOML with the model's fields (docs/reference/federation-files.md).

Two comforts: an endpoint may be a pair `["GET", "/**"]`, a time a TOML date with offset, `2026-01-01T00:00:00+07:00`.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from terpadu.errors import BadInput
from terpadu.model.federation import Agreement, Service

Written = TypeVar("Written", Service, Agreement)


def read_toml(path: Path, form: type[Written]) -> Written:
    """A service or an agreement from a file. Raises `BadInput` with the field that is wrong."""
    try:
        fields = tomllib.loads(path.read_text())
        return msgspec.convert({name: _plain(value) for name, value in fields.items()}, form)
    except OSError as error:
        raise BadInput(f"Expected a TOML file at {path}: {error.strerror}. Name the file that describes it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"Expected TOML in {path}: {error}. Correct that place.") from None
    except msgspec.ValidationError as error:
        what = form.__name__.lower()
        raise BadInput(f"Expected the fields of {what} in {path}: {error}. Correct that field.") from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return int(value.timestamp() * 1000)
    if isinstance(value, date):
        raise msgspec.ValidationError(f"a time needs its offset, as in 2026-01-01T00:00:00+07:00, got {value}")
    if isinstance(value, list):
        return [_endpoint(item) for item in value]
    return value


def _endpoint(item: Any) -> Any:
    pair = isinstance(item, list) and len(item) == 2
    return {"method": item[0], "path": item[1]} if pair else item
