"""The values that a case gives to the stock model, and the rows that a plan lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.case import Case
from analysis.errors import PlanError, UsageError
from analysis.statuses import weakest
from analysis.words import LANGUAGES, catalogue, refusal

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


def kind(name: str) -> str:
    """Return what an input is, without the number of a month.

    Examples
    --------
    >>> kind("season_12"), kind("lump_rate")
    ('season', 'lump_rate')
    """
    before, _, number = name.rpartition("_")
    return before if number.isdigit() else name


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
        raise refusal(UsageError, "stock.not_a_number", name=name, value=repr(given))
    return value


class Assumptions:
    """A case's table ``assumptions``, by name, and the list of what was used.

    Parameters
    ----------
    case : Case

    Attributes
    ----------
    used : list of dict
        Rows of the list of inputs, in the order in which they were asked for, each once.
    """

    def __init__(self, case: Case) -> None:
        table = case.table("assumptions").astype(object)
        # The header is line 1 of the file.
        table = table.where(table.notna(), None).assign(line=table.index + 2)
        self.used: list[dict[str, Any]] = []
        self._rows: dict[str, list[Row]] = {}
        for row in table.to_dict("records"):
            self._rows.setdefault(row["name"], []).append({str(key): row[key] for key in row})

    def use(self, name: str, value: float, *, status: str | None, **known: Any) -> None:
        """List an input; columns not given are empty."""
        row: dict[str, Any] = dict.fromkeys(INPUT_COLUMNS) | {"low": np.nan, "high": np.nan}
        row["unit"] = catalogue("en")(f"stock.unit_{kind(name)}")
        row |= {"name": name, "value": float(value), "status": status} | known
        if row not in self.used:
            self.used.append(row)

    def use_own(self, name: str, value: float, key: str, **values: object) -> None:
        """List an assumption of the user's, or of this package, with its source's text."""
        zh, en = (catalogue(lang)(key, **values) for lang in LANGUAGES)
        self.use(name, value, status="assumption", source=zh, source_en=en)

    def use_sum(self, name: str, rows: pd.DataFrame, column: str, **known: Any) -> None:
        """List the sum of a column of a case's table, with each of its sources once."""
        zh = "；".join(dict.fromkeys(rows["source"]))
        en = "; ".join(dict.fromkeys(rows["source_en"].fillna(rows["source"])))
        known |= {"status": weakest(rows["status"]), "source": zh, "source_en": en}
        self.use(name, rows[column].sum(), **known)

    def has(self, name: str, programme: str | None = None) -> bool:
        """Return whether the case has a value of that name; for a programme, one that holds."""
        return bool(self._rows.get(name) if programme is None else self._of(name, programme))

    def by_unit(
        self, name: str, codes: Sequence[str], *, given: Any = None, programme: str | None = None
    ) -> NDArray[np.float64]:
        """Return a parameter's value for each unit, and list the rows that it comes from.

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

        Raises
        ------
        PlanError
            If a unit has no value, or a row is given by programme where the model has one value.
        UsageError
            If `given` is no number.
        """
        if given is not None and given != "":
            value = number(name, given)
            self.use_own(name, value, "stock.source_chosen")
            return np.full(len(codes), value)
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
                raise refusal(PlanError, key, name=name, programme=programme)
            used.insert(0, of_all)
        for row in used:
            known = {name: row[name] for name in INPUT_COLUMNS if row[name] is not None}
            self.use(**known | {"source_en": row["source_en"] or row["source"]})
        values = [of_unit.get(code, of_all or {})["value"] for code in codes]
        return np.array(values, dtype=np.float64)

    def one(self, name: str, *, given: Any = None) -> float:
        """Return the value of a parameter that all units share, and list the row.

        Raises
        ------
        PlanError
            If the case has no such row, or gives it by unit or programme.
        UsageError
            If `given` is no number.
        """
        if given is None or given == "":
            _refuse(self._rows.get(name, []), "unit_code", "stock.assumption_by_unit")
        return float(self.by_unit(name, [""], given=given)[0])

    def _of(self, name: str, programme: str | None) -> list[Row]:
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
            raise refusal(PlanError, key, name=row["name"], line=row["line"])
