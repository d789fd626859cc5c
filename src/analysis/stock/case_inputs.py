"""The values a case gives to the stock model, and the list of all that were used."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.errors import UsageError
from analysis.schema import STATUSES
from analysis.stock.plan_checks import plan_error
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


def worst(statuses: Iterable[str]) -> str:
    """Return the least trustworthy status.

    Examples
    --------
    >>> worst(["official", "assumption", "estimate"])
    'assumption'
    """
    return max(statuses, key=STATUSES.index)


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


def has_assumption(case: Case, name: str) -> bool:
    """Return whether the case has an assumption of that name."""
    return bool((case.assumptions["name"] == name).any())


def values_by_unit(
    case: Case, name: str, codes: Sequence[str], *, given: Any = None, programme: str | None = None
) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
    """Return a parameter's value for each unit, and the rows that it comes from.

    A row for the unit goes before one for every unit, and a row for the programme before one
    for every programme.

    Parameters
    ----------
    case : Case
    name : str
        Name in the case's table ``assumptions``.
    codes : sequence of str, length U
    given : number or its text, optional
        Goes before the case's rows, for every unit.
    programme : str, optional
        Code of the spending item.

    Returns
    -------
    array, shape (U,)
    list of dict
        Rows of the list of inputs.

    Raises
    ------
    PlanError
        If a unit has no value, or a row is given by programme where the model has one value.
    UsageError
        If `given` is no number.
    """
    if given is not None:
        value = number(name, given)
        row = input_row(name, value, status="assumption", **said("source_chosen"))
        return np.full(len(codes), value), [row]
    rows = case.assumptions[case.assumptions["name"] == name]
    if programme is None and rows["programme"].notna().any():
        line = _line(rows[rows["programme"].notna()])
        raise plan_error("assumption_by_programme", name=name, line=line)
    rows = rows[rows["programme"].isna() | (rows["programme"] == programme)]
    # The row for the programme comes first: it goes before the one for every programme.
    rows = rows.sort_values("programme", na_position="last", kind="stable")
    of_all = rows[rows["unit_code"].isna()].head(1)
    of_unit = rows[rows["unit_code"].isin(list(codes))].drop_duplicates("unit_code")
    values = of_unit.set_index("unit_code")["value"].reindex(list(codes))
    if values.isna().any():
        if of_all.empty:
            key = "programme_missing" if programme else "assumption_missing"
            raise plan_error(key, name=name, programme=programme)
        values = values.fillna(of_all["value"].iloc[0])
        of_unit = pd.concat([of_all, of_unit])
    used = [_as_input(row) for row in of_unit.to_dict("records")]
    return values.to_numpy(dtype=np.float64), used


def one_value(case: Case, name: str, *, given: Any = None) -> tuple[float, list[dict[str, Any]]]:
    """Return the value of a parameter that all units share, and the row that it comes from.

    Raises
    ------
    PlanError
        If the case has no such row, or gives it by unit or programme.
    UsageError
        If `given` is no number.
    """
    rows = case.assumptions[case.assumptions["name"] == name]
    if given is None and rows["unit_code"].notna().any():
        line = _line(rows[rows["unit_code"].notna()])
        raise plan_error("assumption_by_unit", name=name, line=line)
    values, used = values_by_unit(case, name, [""], given=given)
    return float(values[0]), used


def _line(rows: pd.DataFrame) -> int:
    # The header is line 1 of the file.
    return int(rows.index[0]) + 2


def _as_input(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    known = {str(name): cell if pd.notna(cell) else None for name, cell in row.items()}
    return input_row(
        str(row["name"]),
        float(row["value"]),
        status=str(row["status"]),
        source_en=known["source_en"] or known["source"],
        **{
            name: known[name]
            for name in ("unit_code", "programme", "low", "high", "unit", "source")
        },
    )
