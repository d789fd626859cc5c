"""The colour scale of the ratio of money to need: seven steps, the same on charts and front page.

It needs no drawing library, so that the front page of a batch loads at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

# From far below need to far above it; between the arms a grey that takes neither side.
FILLS = ("#a61c28", "#bb4f58", "#d58d75", "#f4f5f6", "#aadde9", "#6cbccd", "#309bad")
_ARMS = ((1.1, 1.25, 1.5), (1.1, 1.5, 2.0), (1.25, 2.0, 4.0), (1.5, 4.0, 10.0))


def step_bounds(ratios: Iterable[float]) -> tuple[float, ...]:
    """Return the six bounds between the seven steps, ascending, symmetrical around 1.

    The widest bounds are taken that leave an eighth of the units beyond them: one far unit
    does not wash out the differences between the others.

    Parameters
    ----------
    ratios : iterable of float
        Share of money / share of need, at least 0; 0 and infinite ones count as the furthest,
        NaN not at all.

    Examples
    --------
    >>> step_bounds([0.5, 1.0, 1.6, 2.1])[3:]
    (1.1, 1.5, 2.0)
    """
    numbers = (ratio for ratio in ratios if not math.isnan(ratio))
    far = sorted(abs(math.log(ratio)) if ratio > 0 else math.inf for ratio in numbers)
    reach = far[-1 - (len(far) - 1) // 8] if far else 0.0
    arm = [arm for arm in _ARMS if math.log(arm[-1]) <= reach] or [_ARMS[0]]
    return (*(1 / bound for bound in arm[-1][::-1]), *arm[-1])


def step_of(ratio: float, bounds: Sequence[float]) -> int:
    """Return the step of a ratio, 0 (far below need) to 6 (far above it).

    Examples
    --------
    >>> [step_of(ratio, step_bounds([1.0])) for ratio in (0.0, 1.0, 1.1, math.inf)]
    [0, 3, 3, 6]
    """
    below = sum(ratio >= bound for bound in bounds[:3])
    return below + sum(ratio > bound for bound in bounds[3:])
