"""The values that a case gives to the stock model, and the rows that a plan lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.stock.plan import plan_error, usage_error
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
Row = Mapping[str, Any]


def input_row(name: str, value: float, *, status: str | None, **known: Any) -> dict[str, Any]:
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


def own_source(key: str, **values: object) -> dict[str, str]:
    """Return a source of this package's own, in both languages."""
    zh, en = (catalogue(lang)(key, **values) for lang in LANGUAGES)
    return {"source": zh, "source_en": en}


def sources(rows: pd.DataFrame) -> dict[str, str]:
    """Return the sources of some rows, each once, in both languages."""
    zh = dict.fromkeys(rows["source"])
    en = dict.fromkeys(rows["source_en"].fillna(rows["source"]))
    return {"source": "；".join(zh), "source_en": "; ".join(en)}


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
        raise usage_error("stock.not_a_number", name=name, value=repr(given))
    return value


class Assumptions:
    """A case's table ``assumptions``, by name; empty cells are None.

    Parameters
    ----------
    case : Case
    """

    def __init__(self, case: Case) -> None:
        table = case.assumptions.astype(object)
        # The header is line 1 of the file.
        table = table.where(table.notna(), None).assign(line=table.index + 2)
        self._rows: dict[str, list[dict[str, Any]]] = {}
        for row in table.to_dict("records"):
            self._rows.setdefault(row["name"], []).append({str(key): row[key] for key in row})

    def has(self, name: str, programme: str | None = None) -> bool:
        """Return whether the case has a value of that name; for a programme, one that holds."""
        return bool(self._rows.get(name) if programme is None else self._of(name, programme))

    def by_unit(
        self, name: str, codes: Sequence[str], *, given: Any = None, programme: str | None = None
    ) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
        """Return a parameter's value for each unit, and the rows that it comes from.

        A row for the unit goes before one for every unit, and a row for the programme before
        one for every programme.

        Parameters
        ----------
        name : str
        codes : sequence of str, length U
        given : number or its text, optional
            Goes before the case's rows, for every unit. An empty text is none.
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
        if given is not None and given != "":
            value = number(name, given)
            source = own_source("stock.source_chosen")
            return np.full(len(codes), value), [
                input_row(name, value, status="assumption", **source)
            ]
        rows = self._of(name, programme)
        if programme is None:
            _refuse(rows, "programme", "stock.assumption_by_programme")
        of_unit: dict[str, Row] = {}
        for row in rows:
            of_unit.setdefault(row["unit_code"] or "", row)
        of_all = of_unit.pop("", None)
        used = [of_unit[code] for code in of_unit if code in set(codes)]
        if len(used) < len(set(codes)):
            if of_all is None:
                key = "stock.programme_missing" if programme else "stock.assumption_missing"
                raise plan_error(key, name=name, programme=programme)
            used.insert(0, of_all)
        values = [of_unit.get(code, of_all or {})["value"] for code in codes]
        return np.array(values, dtype=np.float64), [_as_input(row) for row in used]

    def one(self, name: str, *, given: Any = None) -> tuple[float, list[dict[str, Any]]]:
        """Return the value of a parameter that all units share, and the row that it comes from.

        Raises
        ------
        PlanError
            If the case has no such row, or gives it by unit or programme.
        UsageError
            If `given` is no number.
        """
        if given is None or given == "":
            _refuse(self._rows.get(name, []), "unit_code", "stock.assumption_by_unit")
        values, used = self.by_unit(name, [""], given=given)
        return float(values[0]), used

    def _of(self, name: str, programme: str | None) -> list[dict[str, Any]]:
        """Return the rows of a name that hold for a programme; those that name it come first."""
        rows = self._rows.get(name, [])
        if programme is None:
            return rows
        holding = [row for row in rows if row["programme"] in (programme, None)]
        return sorted(holding, key=lambda row: row["programme"] is None)


def _refuse(rows: Sequence[Row], column: str, key: str) -> None:
    """Refuse rows by unit, or by programme, where the model has one value for all."""
    for row in rows:
        if row[column] is not None:
            raise plan_error(key, name=row["name"], line=row["line"])


def _as_input(row: Row) -> dict[str, Any]:
    known = {name: row[name] for name in INPUT_COLUMNS if row[name] is not None}
    known["source_en"] = row["source_en"] or row["source"]
    return input_row(**known)
