"""Where units lie, and which square of a grid each gets so that neighbours stay neighbours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ReportError
from analysis.figures.outlines import centre, outlines

# Squares for each unit: a few more than needed keep the shape of the region.
_ROOMY = 1.3
# Up to here every unit gets the best square; beyond, that would take longer than the chart.
_EXACT = 300


def centres(geojson_path: Path, codes: Sequence[str]) -> pd.DataFrame:
    """Return where units lie: the centre of gravity of their outlines.

    Parameters
    ----------
    geojson_path : Path
        GeoJSON in degrees, with the unit's code under the property ``code``.
    codes : sequence of str
        Units wanted.

    Returns
    -------
    DataFrame, index unit_code in the order of `codes`
        ``x`` = longitude times the cosine of the mean latitude, ``y`` = latitude, degrees.
        Units without an outline are left out.

    Raises
    ------
    ReportError
        If the file is no such GeoJSON, or has none of `codes`.
    """
    found = outlines(geojson_path, codes)
    known = [code for code in dict.fromkeys(codes) if code in found]
    places = [centre(found[code]) for code in known]
    return pd.DataFrame(places, index=pd.Index(known, name="unit_code"), columns=["x", "y"])


def tile_positions(centres: pd.DataFrame) -> pd.DataFrame:
    """Give each unit a square of a grid near where it lies, so that neighbours stay neighbours.

    The squared distances between units and squares, in a grid scaled to the units, are made as
    small as they can be; more than 300 units are sorted into rows from the north instead.

    Parameters
    ----------
    centres : DataFrame, index unit_code
        ``x`` (eastward) and ``y`` (northward), in the same unit.

    Returns
    -------
    DataFrame, index unit_code as in `centres`, int64
        ``row`` (0 in the north) and ``col`` (0 in the west); no row or column is empty.

    Raises
    ------
    ReportError
        If there is no unit, one is repeated, or a place is missing or infinite.

    Source
    ------
    Assignment problem: Kuhn, H. W. (1955), *Naval Research Logistics Quarterly* 2 (1-2).

    Examples
    --------
    >>> tile_positions(pd.DataFrame({"x": [0.0, 9.0], "y": [0.0, 1.0]}, ["west", "east"]))
          row  col
    west    0    0
    east    0    1
    """
    _check(centres)
    # Equal distances are decided by code, not by the order the units came in.
    ordered = centres.sort_index()
    if len(ordered) > _EXACT:
        cells = _sorted_cells(ordered)
    else:
        cells = _nearest_cells(ordered[["x", "y"]].to_numpy(dtype=float))
    for axis in (0, 1):
        cells[:, axis] = np.unique(cells[:, axis], return_inverse=True)[1]
    places = pd.DataFrame(cells, index=ordered.index, columns=["row", "col"])
    return places.loc[centres.index]


def _nearest_cells(places: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.optimize import linear_sum_assignment

    across, down = np.ptp(places, axis=0)
    rows, cols = _grid(math.ceil(len(places) * _ROOMY), across, down)
    cells = np.indices((rows, cols)).reshape(2, -1).T
    # In squares, the middle of the units over the middle of the grid.
    size = max(across / max(cols - 1, 1), down / max(rows - 1, 1)) or 1.0
    inside = (places - (places.max(axis=0) + places.min(axis=0)) / 2) / size
    wanted = np.column_stack(((rows - 1) / 2 - inside[:, 1], (cols - 1) / 2 + inside[:, 0]))
    cost = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(cells[linear_sum_assignment(cost)[1]], dtype=np.int64)


def _sorted_cells(ordered: pd.DataFrame) -> NDArray[np.int64]:
    across, down = (float(np.ptp(ordered[axis])) for axis in ("x", "y"))
    _, cols = _grid(len(ordered), across, down)
    row = np.empty(len(ordered), dtype=np.int64)
    row[np.argsort(-ordered["y"].to_numpy(), kind="stable")] = np.arange(len(ordered)) // cols
    order = np.lexsort((ordered["x"].to_numpy(), row))
    col = np.empty_like(row)
    col[order] = np.arange(len(ordered)) % cols
    return np.column_stack((row, col))


def _grid(squares: int, across: float, down: float) -> tuple[int, int]:
    """Return the rows and columns of a grid of at least `squares`, shaped like the region."""
    shape = min(max(across / down, 0.4), 4.0) if down else 4.0
    cols = min(max(1, round(math.sqrt(squares * shape))), squares)
    return math.ceil(squares / cols), cols


def _check(centres: pd.DataFrame) -> None:
    if centres.empty:
        raise ReportError("没有单位可排：位置表为空。", "There is no unit to place: no rows.")
    repeated = centres.index[centres.index.duplicated()]
    if len(repeated):
        raise ReportError(
            f"单位 {repeated[0]} 的位置重复：每个单位只能有一行。",
            f"Unit {repeated[0]} has two places: give one row a unit.",
        )
    lost = centres.index[~np.isfinite(centres[["x", "y"]].to_numpy(dtype=float)).all(axis=1)]
    if len(lost):
        raise ReportError(
            f"单位 {lost[0]} 的位置缺失或不是有限的数：请补上 x 和 y，或去掉这一行。",
            f"The place of unit {lost[0]} is missing or infinite: give x and y, or leave it out.",
        )
