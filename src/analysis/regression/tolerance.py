"""How far a number may be from the one that was accepted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from analysis.errors import UsageError

# As cell tags and a notebook's metadata name them.
NAMES = {"rtol": "relative", "atol": "absolute", "image-tol": "image"}
PREFIX = "relief-"
# What another processor changes in a number; whole numbers are free of it.
NOISE = 1e-9


@dataclass(frozen=True)
class Tolerance:
    """A number is the same where ``|new - old| <= absolute + relative * |old|``.

    Of two whole numbers `relative` counts only where it is more than the default: a long code is
    another one however little it changed.

    Parameters
    ----------
    relative : float
        A part of the old number. The default is far below what a reader sees, and above what
        another processor changes.
    absolute : float
        In the number's own unit.
    image : float
        Root of the mean square difference of two pictures' pixels, in grey levels from 0 to 255.

    Examples
    --------
    >>> Tolerance(relative=0.01).accepts(100, 100.9), Tolerance().accepts(100, 100.0001)
    (True, False)
    >>> Tolerance().accepts(654221100201, 654221100202)
    False
    """

    relative: float = NOISE
    absolute: float = 1e-12
    image: float = 0.12

    def accepts(self, old: float, new: float) -> bool:
        """Tell whether `new` may stand for `old`; what is no number only stands for its like."""
        if math.isnan(old) or math.isnan(new):
            return math.isnan(old) and math.isnan(new)
        if math.isinf(old) or math.isinf(new):
            return old == new
        return abs(new - old) <= self.absolute + self._part(old, new) * abs(old)

    def told(self, old: float, new: float, shown: str) -> str:
        """Return how far off `new` might have been, for `old` as it is shown.

        Examples
        --------
        >>> Tolerance(absolute=0.5).told(98, 99, "98"), Tolerance(0.01).told(9.8, 9.9, "9.8")
        ('0.5', '0.01 × |9.8| + 1e-12')
        """
        part = self._part(old, new)
        return f"{part:g} × |{shown}| + {self.absolute:g}" if part else f"{self.absolute:g}"

    def for_notebook(self, metadata: Mapping[str, object], where: str) -> Tolerance:
        """Return what a notebook's metadata under ``relief`` makes of it.

        Parameters
        ----------
        metadata : mapping
            Of the notebook, such as ``{"relief": {"rtol": 1e-6}}``.
        where : str
            What to call the notebook in an error.

        Raises
        ------
        UsageError
            If an entry has another name, or is no number of at least 0.

        Examples
        --------
        >>> Tolerance().for_notebook({"relief": {"rtol": 1e-6}}, "a.ipynb").relative
        1e-06
        """
        own = metadata.get("relief", {})
        return self._with(own.items() if isinstance(own, Mapping) else [("relief", own)], where)

    def for_cell(self, tags: Iterable[object], where: str) -> Tolerance:
        """Return what a cell's tags, such as ``relief-rtol=0.01``, make of it.

        Raises
        ------
        UsageError
            If a tag that starts with ``relief-`` has another name, or no number of at least 0.

        Examples
        --------
        >>> Tolerance().for_cell(["parameters", "relief-atol=0.5"], "cell 3").absolute
        0.5
        """
        ours = [str(tag).removeprefix(PREFIX) for tag in tags if str(tag).startswith(PREFIX)]
        return self._with([tag.partition("=")[::2] for tag in ours], where)

    def _part(self, old: float, new: float) -> float:
        whole = isinstance(old, int) and isinstance(new, int)
        return 0.0 if whole and self.relative <= NOISE else self.relative

    def _with(self, entries: Iterable[tuple[object, object]], where: str) -> Tolerance:
        given: dict[str, float] = {}
        for name, value in entries:
            size = _size(value)
            if name not in NAMES or size is None:
                raise UsageError(
                    f"{where}：{name}={value} 不是容差。请写 {'、'.join(NAMES)} 之一和不小于 0 的"
                    f"数，如单元标签 {PREFIX}rtol=0.01。",
                    f"{where}: {name}={value} is no tolerance. Write one of {', '.join(NAMES)} and "
                    f"a number of at least 0, as in the cell tag {PREFIX}rtol=0.01.",
                )
            given[NAMES[str(name)]] = size
        return replace(self, **given)


def _size(value: object) -> float | None:
    """Return a size of at least 0; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        size = float(str(value))
    except ValueError:
        return None
    return size if 0 <= size < math.inf else None
