"""How far a figure can be trusted: its status, and how it travels with a frame.

Needs nothing but pandas, and pandas only when a frame is asked about, so that it loads at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

# The most trustworthy first. ``computed`` is plain arithmetic on official figures alone.
STATUSES = ("official", "computed", "estimate", "assumption", "synthetic")
# Of figures that nobody gave a status: an analyst's own.
NOT_STATED = "not_stated"
_ATTRIBUTE = "relief"
Frame = TypeVar("Frame", "pd.DataFrame", "pd.Series")


def weakest(statuses: Iterable[str | None], *, at_least: str = "official") -> str | None:
    """Return the least trustworthy of some statuses; None where one of them is not stated.

    Parameters
    ----------
    statuses : iterable of str or None
    at_least : str
        What the result is no better than: ``computed`` for arithmetic, ``estimate`` for a model.

    Examples
    --------
    >>> weakest(["official", "estimate"]), weakest(["official"], at_least="computed")
    ('estimate', 'computed')
    >>> weakest(["official", None]) is None
    True
    """
    given = [at_least, *statuses]
    if None in given:
        return None
    return max((str(status) for status in given), key=STATUSES.index)


class _Stated:
    """What was said of each column: its status, and the frame whose values it was said of."""

    def __init__(self, columns: Mapping[str, tuple[str, Any]]) -> None:
        self.columns = dict(columns)

    def __deepcopy__(self, memo: object) -> _Stated:
        # pandas copies what is attached to a frame at every step; this never changes.
        return self


def with_status(frame: Frame, status: str | Mapping[str, str | None] | None) -> Frame:
    """Return a frame (or named Series) that carries the status of its columns.

    A copy, a selection of rows or columns and another order keep it; a column that is added, or
    whose values are changed, loses it: see `status_of`.

    Parameters
    ----------
    frame : DataFrame or Series
    status : str, None, or mapping of column name to either
        None says nothing: the status stays as it was.

    Raises
    ------
    UsageError
        If there is no such status.

    Examples
    --------
    >>> import pandas as pd
    >>> money = with_status(pd.Series({"a": 67.0, "b": 98.0}, name="amount_wan"), "official")
    >>> status_of(money), status_of(money[money > 70]), status_of(money * 2)
    ('official', 'official', 'assumption')
    """
    names = [str(frame.name)] if frame.ndim == 1 else [str(name) for name in frame]
    told = status if isinstance(status, Mapping) else dict.fromkeys(names, status)
    strange = [each for each in told.values() if each not in (None, *STATUSES)]
    if strange:
        raise UsageError(
            f"没有性质“{strange[0]}”。可用：{'、'.join(STATUSES)}。",
            f"There is no status {strange[0]!r}. Choose one of: {', '.join(STATUSES)}.",
        )
    before = frame.attrs.get(_ATTRIBUTE)
    columns = dict(before.columns) if isinstance(before, _Stated) else {}
    kept = frame.copy(deep=False)
    kept.attrs = {}
    columns |= {name: (each, kept) for name, each in told.items() if each is not None}
    stated = frame.copy(deep=False)
    stated.attrs[_ATTRIBUTE] = _Stated(columns)
    return stated


def status_of(frame: pd.DataFrame | pd.Series, column: str | None = None) -> str | None:
    """Return the status of a column of a frame, or of a Series; None where nobody stated one.

    Figures that differ from those the status was stated of are an ``assumption``: somebody has
    changed them.

    Parameters
    ----------
    frame : DataFrame or Series
    column : str, optional
        Of a DataFrame; without it, the weakest of all its columns that state one.
    """
    stated = frame.attrs.get(_ATTRIBUTE)
    if not isinstance(stated, _Stated):
        return None
    if frame.ndim == 1:
        return (
            _still(frame, str(frame.name), *stated.columns[str(frame.name)])
            if frame.name in stated.columns
            else None
        )
    if column is None:
        return weakest(status_of(frame, name) for name in stated.columns if name in frame.columns)
    if column not in stated.columns:
        return None
    return _still(frame[column], column, *stated.columns[column])


def _still(values: Any, name: str, status: str, of: Any) -> str:
    stated = of if of.ndim == 1 else of[name]
    if values.index.equals(stated.index):
        same = values.equals(stated)
    elif stated.index.is_unique and values.index.isin(stated.index).all():
        same = values.equals(stated.loc[values.index])
    else:
        same = False
    return status if same else str(weakest([status], at_least="assumption"))


def joined(*frames: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Put frames and named Series side by side; each column keeps its status.

    Parameters
    ----------
    frames : DataFrame or Series
        Index of the first; where another has no row, its cells are empty.

    Examples
    --------
    >>> import pandas as pd
    >>> money = with_status(pd.Series({"a": 67.0}, name="amount_wan"), "official")
    >>> need = with_status(pd.Series({"a": 500}, name="persons"), "estimate")
    >>> table = joined(money, need)
    >>> status_of(table, "amount_wan"), status_of(table, "persons")
    ('official', 'estimate')
    """
    import pandas as pd

    parts: list[pd.DataFrame] = [
        frame.to_frame() if isinstance(frame, pd.Series) else frame for frame in frames
    ]
    index = parts[0].index
    table: pd.DataFrame = pd.concat([part.reindex(index) for part in parts], axis=1)
    table.attrs = {}
    stated = {str(name): status_of(part, str(name)) for part in parts for name in part}
    return with_status(table, stated)
