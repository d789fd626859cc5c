"""A table of a case as it was read, and what somebody has changed in it since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.kept import content_key
from analysis.schema import TABLES, TEXT
from analysis.statuses import STATUSES

CHANGE_COLUMNS = ["table", "unit", "item", "column", "before", "after"]


@dataclass(eq=False)
class Original:
    """A table as it came into a case, beside the frame that the case holds now.

    Rows are told apart by their labels, or by their number where a label is repeated. Their
    order, and columns of somebody's own, are no change.

    Parameters
    ----------
    before : DataFrame
        Shares its memory with `held` until somebody changes that (pandas copies on write).
    held : DataFrame
        The case's own table; may have been changed in place, or put in place of `before`.
    key : str
        Stands for the content of `before`; empty where only the content itself tells.
    may_differ : bool
        Whether somebody has had `held` in hand, or put it in: else nothing needs comparing.
    """

    before: pd.DataFrame
    held: pd.DataFrame
    key: str = ""
    may_differ: bool = True

    @property
    def is_same(self) -> bool:
        """Whether both have the same cells, rows and columns, in the same order."""
        return not self.may_differ or self.held.equals(self.before)

    def own(self) -> Original:
        """Return the same with frames of its own: what is changed in one counts in no other."""
        before, held = (each.copy(deep=False) for each in (self.before, self.held))
        return Original(before, held, self.key, self.may_differ)

    @property
    def fingerprint(self) -> str:
        """A key that stands for the content of `held`."""
        return self.key if self.key and self.is_same else content(self.held)

    @property
    def rows_changed(self) -> int:
        """How many rows are new, gone, or have a cell that differs."""
        return 0 if self.is_same else int(self._unlike().any(axis=1).sum())

    def compared(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the table as it is now, and the rows that were changed, as they were.

        Returns
        -------
        held : DataFrame
            The status of rows that are new or changed is an assumption at best.
        lost : DataFrame
            The rows of `before` that are gone or changed.
        """
        if self.is_same:
            return self.held, self.before.iloc[:0]
        changed = self._unlike().any(axis=1)
        touched, lost = (
            changed.reindex(self._numbered(each).index).to_numpy(dtype=bool)
            for each in (self.held, self.before)
        )
        held = self.held
        if "status" in held and touched.any():
            # A new row can turn a column without any text into numbers.
            status = held["status"].astype(TEXT)
            status[touched] = at_best_assumed(status[touched])
            held = held.assign(status=status)
        return held, self.before[lost]

    def marked(self) -> pd.DataFrame:
        """Return the table as it is now, with the status that `compared` gives it."""
        return self.compared()[0]

    def changes(self, name: str) -> pd.DataFrame:
        """Return every changed cell of the table called `name`: columns `CHANGE_COLUMNS`."""
        if not self.rows_changed:
            return pd.DataFrame(columns=CHANGE_COLUMNS)
        unlike, columns = self._unlike(), TABLES[name].column_names
        before, after = (
            self._numbered(each).reindex(index=unlike.index, columns=unlike.columns)
            for each in (self.before, self.held)
        )
        # Whoever changes a figure changes its source, too: that is told only of itself.
        origin = {"status", "source_en"} | ({"source"} if "source_en" in columns else set())
        of_origin = unlike.columns.isin(origin)
        unlike.loc[unlike.loc[:, ~of_origin].any(axis=1), of_origin] = False
        places, cells = np.nonzero(unlike.to_numpy())
        known = after.where(after.notna(), before)
        keys = [known[each].map(_text) for each in TABLES[name].key if each != "unit_code"]
        items = [" ".join(filter(None, parts)) for parts in zip(*keys, strict=True)]
        if name == "units":
            known = known.assign(unit_code=known.index)
        units = known["unit_code"].to_numpy(dtype=object) if "unit_code" in known else None
        return pd.DataFrame(
            {
                "table": name,
                "unit": None if units is None else units[places],
                "item": [items[place] if items else "" for place in places],
                "column": unlike.columns[cells],
                "before": before.to_numpy(dtype=object)[places, cells],
                "after": after.to_numpy(dtype=object)[places, cells],
            },
            columns=CHANGE_COLUMNS,
        )

    def _numbered(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.before.index.is_unique and self.held.index.is_unique:
            return frame
        return frame.reset_index(drop=True)

    def _unlike(self) -> pd.DataFrame:
        """Return which cells differ, by label and column, over all rows of either frame."""
        before, held = map(self._numbered, (self.before, self.held))
        labels = before.index.union(held.index, sort=False)
        before, held = before.reindex(labels), held.reindex(labels, columns=before.columns)
        return pd.DataFrame({name: _unlike(before[name], held[name]) for name in before})


def least(rows: pd.DataFrame, *, changed: bool = False) -> str:
    """Return the least trustworthy status of some rows of `Original.compared`.

    An empty status, and that of no rows, is official; a strange one is an assumption. Where
    other rows stood before, which the caller says by `changed`, it is an assumption at best.
    """
    statuses = {_known(status) for status in rows["status"].unique()}
    if changed:
        statuses.add("assumption")
    return max(statuses, key=STATUSES.index, default="official")


def content(value: object) -> str:
    """Return a key that stands for the content of a value."""
    # A column of a kind that cannot be read, put in by somebody, is never the same again.
    return content_key(value) or uuid4().hex


def at_best_assumed(statuses: Iterable[object]) -> NDArray[np.object_]:
    """Return the statuses of figures that somebody changed."""
    found = [max(_known(each), "assumption", key=STATUSES.index) for each in statuses]
    return np.array(found, dtype=object)


def _text(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _known(status: object) -> str:
    if pd.isna(status):  # type: ignore[call-overload]
        return "official"
    return str(status) if status in STATUSES else "assumption"


def _unlike(before: pd.Series, held: pd.Series) -> pd.Series:
    # Most columns are as they were, which is told sooner than cell by cell.
    if before.equals(held):
        return pd.Series(False, index=before.index)
    return ~((before == held) | (before.isna() & held.isna()))
