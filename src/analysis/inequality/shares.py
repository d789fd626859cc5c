"""What every measure starts from: each unit's share of the money, and of the need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.unit_values import Name, Values, check_total, lined_up, unit_values

# The ratio of two shares of at least this size overflows no float.
LEAST_SHARE = 1e-300
AMOUNT: Name = ("金额", "amount")
NEED: Name = ("需求", "need")


def shares(
    amount: Values, need: Values | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each unit's share of the money and its share of the need.

    Parameters
    ----------
    amount : array_like, shape (n,)
        Money of each unit, any unit of account, at least 0.
    need : array_like, shape (n,), optional
        People in need in each unit, at least 0. Omitted: every unit counts once.

    Returns
    -------
    share, need_share : array of float, shape (n,)
        Each adds up to 1; in the order of the first of the two that is a Series. A share below
        1e-300 is 0.

    Raises
    ------
    MeasureError
        If a value is missing, infinite or negative, a unit is repeated, a total is 0 or
        beyond what a float holds, or lengths or indexes differ.

    Examples
    --------
    >>> import pandas as pd
    >>> share, need_share = shares(pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"b": 9, "a": 1}))
    >>> share.tolist(), need_share.tolist()
    ([0.75, 0.25], [0.1, 0.9])
    """
    parts = []
    for name, row in lined_up({AMOUNT: amount, NEED: need}).items():
        values = unit_values(row, *name).to_numpy()
        check_total(values, *name)
        part = values / values.sum()
        parts.append(np.where(part < LEAST_SHARE, 0.0, part))
    share = parts[0]
    return share, parts[1] if len(parts) > 1 else np.full(share.size, 1 / share.size)
