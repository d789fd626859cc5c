"""A table of a case as it was read, and what somebody has changed in it since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.schema import TABLES, TEXT
from analysis.statuses import STATUSES, weakest

# Tables with a row, or several, for a unit.
_OF_UNITS = {name for name, table in TABLES.items() if "unit_code" in table.column_names}
CHANGE_COLUMNS = ["table", "unit", "item", "column", "before", "after"]


@dataclass(frozen=True, eq=False)
class Original:
    """A table as it came into a case, beside the frame that the case holds now.

    Parameters
    ----------
    before : DataFrame
        Shares its memory with `held` until somebody changes that (pandas copies on write).
    held : DataFrame
        The case's own table; may have been changed in place, or put in place of `before`.
    key : str
        Stands for the content of `before`; empty where only the content itself tells.
    """

    before: pd.DataFrame
    held: pd.DataFrame
    key: str = ""

    @property
    def is_same(self) -> bool:
        """Whether both have the same cells, rows and columns, in the same order."""
        return (
            self.held.columns.equals(self.before.columns)
            and self.held.index.equals(self.before.index)
            and all(_same(self.before[name], self.held[name]) for name in self.before)
        )

    @property
    def is_changed(self) -> bool:
        """Whether a cell or row differs; order and columns of somebody's own do not count."""
        return not self.is_same and bool(self._unlike().to_numpy().any())

    def touched(self) -> NDArray[np.bool_]:
        """Return which rows of `held` are new or have a cell that was changed."""
        if self.is_same:
            return np.zeros(len(self.held), dtype=bool)
        return self._rows_of(self._numbered(self.held))

    def lost(self) -> pd.DataFrame:
        """Return the rows of `before` that are gone or have a cell that was changed."""
        if self.is_same:
            return self.before.iloc[:0]
        return self.before[self._rows_of(self._numbered(self.before))]

    def marked(self) -> pd.DataFrame:
        """Return `held`; the status of rows that were touched is an assumption at best."""
        touched = self.touched()
        if not touched.any():
            return self.held
        # A new row can turn a column without any text into numbers.
        status = self.held["status"].astype(TEXT)
        status[touched] = at_best_assumed(status[touched])
        return self.held.assign(status=status)

    def changes(self, name: str) -> pd.DataFrame:
        """Return every changed cell of the table called `name`: columns `CHANGE_COLUMNS`."""
        if not self.is_changed:
            return pd.DataFrame(columns=CHANGE_COLUMNS)
        unlike = self._unlike()
        before, after = (self._numbered(each).reindex(unlike.index) for each in self._pair())
        table = TABLES[name]
        origin = ["status", "source_en", *(["source"] if "source_en" in table.column_names else [])]
        # Whoever changes a figure changes its source, too: that is told only of itself.
        figures = unlike.drop(columns=origin, errors="ignore").any(axis=1)
        unlike.loc[figures, unlike.columns.isin(origin)] = False
        rows, columns = np.nonzero(unlike.to_numpy())
        known = after.where(after.notna(), before)
        unit = known["unit_code"] if "unit_code" in known else unlike.index.to_series()
        keys = [known[each] for each in table.key if each != "unit_code"]
        parts = zip(*(map(_text, key) for key in keys), strict=True) if keys else [()] * len(known)
        item = [" ".join(part for part in each if part) for each in parts]
        return pd.DataFrame(
            {
                "table": name,
                "unit": unit.to_numpy(dtype=object)[rows] if name in _OF_UNITS else None,
                "item": [item[row] for row in rows],
                "column": unlike.columns[columns],
                "before": before.to_numpy(dtype=object)[rows, columns],
                "after": after.to_numpy(dtype=object)[rows, columns],
            },
            columns=CHANGE_COLUMNS,
        )

    def _pair(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        if self.held.columns.equals(self.before.columns):
            return self.before, self.held
        return self.before, self.held.reindex(columns=self.before.columns)

    def _numbered(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame whose rows can be told apart: by number where labels are repeated."""
        if self.before.index.is_unique and self.held.index.is_unique:
            return frame
        return frame.reset_index(drop=True)

    def _unlike(self) -> pd.DataFrame:
        """Return which cells differ, by label and column, over all rows of either frame."""
        before, held = map(self._numbered, self._pair())
        if not held.index.equals(before.index):
            labels = before.index.union(held.index, sort=False)
            before, held = before.reindex(labels), held.reindex(labels)
        return pd.DataFrame({name: _unlike(before[name], held[name]) for name in before})

    def _rows_of(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        rows = self._unlike().any(axis=1).reindex(frame.index)
        return rows.to_numpy(dtype=bool)


def least(statuses: Iterable[object], *, changed: bool) -> str:
    """Return the least trustworthy status; an empty one is official, a strange one assumed.

    Where somebody `changed` the figures, it is an assumption at best.
    """
    given = {_known(status) for status in statuses} | ({"assumption"} if changed else set())
    return max(given, key=STATUSES.index, default="official")


def at_best_assumed(statuses: Iterable[object]) -> NDArray[np.object_]:
    """Return the statuses of figures that somebody changed."""
    found = [weakest([_known(each)], at_least="assumption") for each in statuses]
    return np.array(found, dtype=object)


def _text(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _known(status: object) -> str:
    if pd.isna(status):  # type: ignore[call-overload]
        return "official"
    return str(status) if status in STATUSES else "assumption"


def _same(before: pd.Series, held: pd.Series) -> bool:
    """Return whether two columns have the same values; those in the same memory need no look."""
    one, two = before.to_numpy(), held.to_numpy()
    places = [
        (each.__array_interface__["data"][0], each.strides, each.dtype, each.shape)
        for each in (one, two)
    ]
    return (before.dtype == held.dtype and places[0] == places[1]) or before.equals(held)


def _unlike(before: pd.Series, held: pd.Series) -> pd.Series:
    if _same(before, held):
        return pd.Series(False, index=before.index)
    return ~((before == held) | (before.isna() & held.isna()))
