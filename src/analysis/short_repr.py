"""Results that an analyst types the name of: a few lines that say what is there, never a dump."""

from __future__ import annotations

from dataclasses import fields
from typing import ClassVar

import numpy as np
import pandas as pd

# Fields that a repr names one by one; more are listed in its last line.
_MOST_FIELDS = 8


class ShortRepr:
    """A dataclass whose repr has at most ten lines: its fields in short, and what to type next.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, repr=False)
    ... class Result(ShortRepr):
    ...     next_step = 'result.odds[0]'
    ...     odds: np.ndarray
    >>> print(Result(np.zeros((7, 12))))
    Result
      odds: array 7 × 12, 0 to 0
      接着可用 next: result.odds[0]
    """

    next_step: ClassVar[str] = ""

    def __repr__(self) -> str:
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        lines = [type(self).__name__]
        lines += [f"  {name}: {_short(getattr(self, name))}" for name in names[:_MOST_FIELDS]]
        rest = ", ".join(names[_MOST_FIELDS:])
        after = [f"… {rest}"] if rest else []
        after += [f"接着可用 next: {self.next_step}"] if self.next_step else []
        return "\n".join([*lines, *([f"  {'; '.join(after)}"] if after else [])])


def _short(value: object) -> str:
    if isinstance(value, np.ndarray):
        size = " × ".join(map(str, value.shape))
        if value.dtype.kind not in "iuf" or not np.isfinite(value).any():
            return f"array {size}"
        return f"array {size}, {np.nanmin(value):.4g} to {np.nanmax(value):.4g}"
    if isinstance(value, pd.DataFrame):
        return f"DataFrame, {len(value)} rows: {', '.join(map(str, value.columns))}"
    if isinstance(value, pd.Series):
        return f"Series, {len(value)} rows"
    if isinstance(value, ShortRepr):
        return f"{type(value).__name__}, to be typed by itself"
    if isinstance(value, tuple | list | dict) and len(value) > 3:
        first = ", ".join(map(str, list(value)[:2]))
        return f"{type(value).__name__} of {len(value)}: {first}, …"
    return repr(value)
