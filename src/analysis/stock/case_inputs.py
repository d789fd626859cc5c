"""The rows that a stock plan lists as its inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import UsageError
from analysis.statuses import STATUSES
from analysis.words import LANGUAGES, catalogue

INPUT_COLUMNS = (
    "name",
    "unit_code",
    "programme",
    "value",
    "low",
    "high",
    "unit",
    "status",
    "source",
    "source_en",
)


def input_row(name: str, value: float, *, status: str, **known: Any) -> dict[str, Any]:
    """Return a row of the list of inputs; columns not given are empty."""
    blank: dict[str, Any] = dict.fromkeys(INPUT_COLUMNS)
    blank |= {"low": np.nan, "high": np.nan, "unit": catalogue("en")(f"stock.unit_{kind(name)}")}
    return blank | {"name": name, "value": float(value), "status": status} | known


def kind(name: str) -> str:
    """Return what an input is, without the number of a month.

    Examples
    --------
    >>> kind("season_12"), kind("lump_rate")
    ('season', 'lump_rate')
    """
    before, _, number = name.rpartition("_")
    return before if number.isdigit() else name


def said(key: str, **values: object) -> dict[str, str]:
    """Return a source of this package's own, in both languages."""
    zh, en = (catalogue(lang)(f"stock.{key}", **values) for lang in LANGUAGES)
    return {"source": zh, "source_en": en}


def sources(rows: pd.DataFrame) -> dict[str, str]:
    """Return the sources of some rows, each once, in both languages."""
    zh = dict.fromkeys(rows["source"])
    en = dict.fromkeys(rows["source_en"].fillna(rows["source"]))
    return {"source": "；".join(zh), "source_en": "; ".join(en)}


def worst(statuses: Iterable[str]) -> str:
    """Return the least trustworthy status.

    Examples
    --------
    >>> worst(["official", "assumption", "estimate"])
    'assumption'
    """
    return max(statuses, key=STATUSES.index)


def is_given(given: Any) -> bool:
    """Return whether a value is given in place of the case's; None and an empty text are none."""
    return given is not None and not (isinstance(given, str) and given == "")


def number(name: str, given: Any) -> float:
    """Read a value given in place of the case's, a number or its text.

    Raises
    ------
    UsageError
        If it is neither.
    """
    try:
        text_ok = not isinstance(given, str) or given.isascii()
        value = float(given) if text_ok and not isinstance(given, bool) else np.nan
    except (TypeError, ValueError):
        value = np.nan
    if not np.isfinite(value):
        zh, en = (
            catalogue(lang)("stock.not_a_number", name=name, value=repr(given))
            for lang in LANGUAGES
        )
        raise UsageError(zh, en)
    return value
