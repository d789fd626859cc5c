"""The values that a case gives to the stock model in its table ``assumptions``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.case import Case
from analysis.stock.case_inputs import input_row, is_given, number, said
from analysis.stock.plan import plan_error

Row = Mapping[str, Any]


class Assumptions:
    """A case's assumptions by name; empty cells are None, and ``line`` is the line in the file.

    Parameters
    ----------
    case : Case
    """

    def __init__(self, case: Case) -> None:
        table = case.table("assumptions").astype(object)
        # The header is line 1 of the file.
        table = table.where(table.notna(), None).assign(line=table.index + 2)
        self._rows: dict[str, list[Row]] = {}
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
        if is_given(given):
            value = number(name, given)
            chosen = input_row(name, value, status="assumption", **said("source_chosen"))
            return np.full(len(codes), value), [chosen]
        if programme is None:
            self._refuse(name, "programme")
        wanted = set(codes)
        of_all: Row | None = None
        of_unit: dict[str, Row] = {}
        for row in self._of(name, programme):
            if row["unit_code"] is None:
                of_all = of_all or row
            elif row["unit_code"] in wanted:
                of_unit.setdefault(row["unit_code"], row)
        used = list(of_unit.values())
        if len(of_unit) < len(wanted):
            if of_all is None:
                key = "programme_missing" if programme else "assumption_missing"
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
        if not is_given(given):
            self._refuse(name, "unit")
        values, used = self.by_unit(name, [""], given=given)
        return float(values[0]), used

    def _of(self, name: str, programme: str | None) -> list[Row]:
        """Return the rows of a name that hold for a programme; those that name it come first."""
        rows = self._rows.get(name, [])
        naming = [row for row in rows if row["programme"] is not None]
        return [row for row in naming if row["programme"] == programme] + [
            row for row in rows if row["programme"] is None
        ]

    def _refuse(self, name: str, kind: str) -> None:
        """Refuse rows by unit, or by programme, where the model has one value for all."""
        column = {"unit": "unit_code", "programme": "programme"}[kind]
        for row in self._rows.get(name, []):
            if row[column] is not None:
                raise plan_error(f"assumption_by_{kind}", name=name, line=row["line"])


def _as_input(row: Row) -> dict[str, Any]:
    low, high = (np.nan if row[end] is None else row[end] for end in ("low", "high"))
    return input_row(
        str(row["name"]),
        float(row["value"]),
        low=low,
        high=high,
        status=str(row["status"]),
        source_en=row["source_en"] or row["source"],
        **{name: row[name] for name in ("unit_code", "programme", "unit", "source")},
    )
