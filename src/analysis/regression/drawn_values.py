"""Arrays of what a figure draws, as values that JSON can hold and a test can compare."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

WHOLE = 1000  # values of an array that are kept one by one
_KEPT = 100  # about as many are kept of a longer one
_GOLDEN = (math.sqrt(5) - 1) / 2


def as_parts(parts: Iterable[Any]) -> dict[str, Any]:
    """Return outlines as one, so that no number of small ones makes metadata large."""
    kept = [as_array(part) for part in parts]
    if not kept:
        return {"parts": []}
    return {"parts": as_values([len(part) for part in kept])} | as_points(np.concatenate(kept))


def as_points(points: Any) -> dict[str, Any]:
    """Return points of two or three coordinates, a list for each coordinate."""
    array = as_array(points)
    return dict(zip("xyz", map(as_values, array.reshape(-1, array.shape[-1]).T), strict=False))


def as_mesh(corners: Any) -> dict[str, Any]:
    """Return the corners of a mesh; where its lines are straight, each line once."""
    x, y = corners[..., 0], corners[..., 1]
    if (x == x[:1]).all() and (y == y[:, :1]).all():
        x, y = x[0], y[:, 0]
    return {"x": as_values(x), "y": as_values(y)}


def as_array(values: Any) -> NDArray[np.float64]:
    """Return numbers, masked ones as NaN."""
    masked: Any = np.ma.asarray(values)
    array: NDArray[np.float64] = masked.astype(float).filled(np.nan)
    return array


def as_values(values: Any) -> Any:
    """Return an array as a list, or as sums and samples where it is long."""
    array = as_array(values).ravel()
    if len(array) <= WHOLE:
        return [as_number(value) for value in array.tolist()]
    # Weights that rise with the place would hardly tell neighbours apart; these always do.
    weight = np.arange(1, len(array) + 1) * _GOLDEN % 1
    there = np.isfinite(array)
    finite, step = array[there], math.ceil(len(array) / _KEPT)
    found = {
        "count": len(array),
        "min": as_number(finite.min(initial=np.inf)),
        "max": as_number(finite.max(initial=-np.inf)),
        "sum": _total(finite),
        "ordered_sum": _total(finite * weight[there]),
        "each": step,
        "values": [as_number(value) for value in array[::step].tolist()],
    }
    # A gap adds nothing to a sum, wherever it is.
    gaps = {"missing": int((~there).sum()), "ordered_missing": _total(weight[~there])}
    return found | gaps if gaps["missing"] else found


def _total(values: NDArray[np.floating]) -> float | None:
    # Rounded once, it is the same on every processor.
    return as_number(math.fsum(values.tolist()))


def as_number(value: float) -> float | None:
    """Return a number that JSON can hold; None for any other."""
    return float(value) if math.isfinite(value) else None
