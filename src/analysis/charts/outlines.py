"""Where units lie: their outlines from a GeoJSON file, and a grid on which neighbours stay so."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ReportError
from analysis.words import refusal

# Polygons of a unit, each an outer ring and its holes: arrays of x and y, shape (points, 2).
Outline: TypeAlias = list[list[NDArray[np.float64]]]

# Squares for each unit: a few more than needed keep the shape of the region.
_SQUARES_PER_UNIT = 1.3
# Up to here every unit gets the best square; beyond, that would take longer than the chart.
_MOST_ASSIGNED = 300


def outlines(geojson_path: Path, codes: Iterable[str]) -> dict[str, Outline]:
    """Return the outlines of units, laid flat: equirectangular about their mean latitude.

    Parameters
    ----------
    geojson_path : Path
        A FeatureCollection of polygons in degrees of longitude and latitude, each with its
        unit's code under the property ``code``. Other features may stand in it, too.
    codes : iterable of str
        Units wanted.

    Returns
    -------
    dict, unit_code to polygons
        In order of the codes, for those that the file has an outline of: x = longitude times the
        cosine of the mean latitude, y = latitude.

    Raises
    ------
    ReportError
        If the file is not such GeoJSON, a unit is in it twice, or none of `codes` is in it.
    """
    wanted = set(codes)
    found: dict[str, Outline] = {}
    for number, feature in enumerate(_features(geojson_path), start=1):
        properties = _mapping(_mapping(feature).get("properties"))
        code = str(properties.get("code"))
        if code not in wanted:
            continue
        where = {"file": geojson_path.name, "number": number, "unit": code}
        if code in found:
            raise refusal(ReportError, "chart_error.outline_repeated", **where)
        found[code] = _polygons(_mapping(feature.get("geometry")), where)
    if not found:
        raise refusal(ReportError, "chart_error.no_outline", file=geojson_path.name)
    heights = np.concatenate(
        [ring[:, 1] for each in found.values() for rings in each for ring in rings]
    )
    narrow = np.array([np.cos(np.radians((heights.min() + heights.max()) / 2)), 1.0])
    return {
        code: [[ring * narrow for ring in rings] for rings in found[code]] for code in sorted(found)
    }


def centres(geojson_path: Path | None, codes: Iterable[str]) -> pd.DataFrame:
    """Return where units lie: the centre of gravity of their outlines.

    Parameters
    ----------
    geojson_path, codes
        As for `outlines`. What is wrong with the file, `analysis.charts.ratio_map` tells.

    Returns
    -------
    DataFrame, index unit_code in order
        ``x`` and ``y`` as in `outlines`, of the units that have one.
    """
    places: dict[str, tuple[float, float]] = {}
    if geojson_path is not None:
        with contextlib.suppress(ReportError):
            found = outlines(geojson_path, codes)
            places = {code: centre(outline) for code, outline in found.items()}
    return pd.DataFrame.from_dict(places, orient="index", columns=["x", "y"], dtype=float)


def centre(outline: Outline) -> tuple[float, float]:
    """Return the centre of gravity of an outline without its holes, by the shoelace formula.

    Examples
    --------
    >>> centre([[np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0]])]])
    (2.0, 1.0)
    """
    # Places are taken from a corner of the outline: far from the origin digits would be lost.
    origin = outline[0][0][0]
    area, moment = 0.0, np.zeros(2)
    for rings in outline:
        for place, ring in enumerate(rings):
            part, by_part = _moments(ring - origin)
            # Rings are written either way round.
            sign = np.sign(part) * (-1 if place else 1)
            area, moment = area + sign * part, moment + sign * by_part
    x, y = origin + moment / area
    return float(x), float(y)


def tile_positions(centres: pd.DataFrame) -> pd.DataFrame:
    """Give each unit a square of a grid near where it lies, so that neighbours stay neighbours.

    The squared distances between units and squares, in a grid scaled to the units, are made as
    small as they can be (an assignment problem: Kuhn, H. W. (1955), *Naval Research Logistics
    Quarterly* 2 (1-2)); more than 300 units are sorted into rows from the north instead.

    Parameters
    ----------
    centres : DataFrame, index unit_code
        ``x`` (eastward) and ``y`` (northward), in the same unit.

    Returns
    -------
    DataFrame, index unit_code as in `centres`, int64
        ``row`` (0 in the north) and ``col`` (0 in the west); no row or column is empty.

    Examples
    --------
    >>> tile_positions(pd.DataFrame({"x": [0.0, 9.0], "y": [0.0, 1.0]}, ["west", "east"]))
          row  col
    west    0    0
    east    0    1
    """
    if centres.empty or not centres.index.is_unique:
        raise refusal(ReportError, "chart_error.places")
    lost = centres.index[~np.isfinite(centres[["x", "y"]].to_numpy(dtype=float)).all(axis=1)]
    if len(lost):
        raise refusal(ReportError, "chart_error.no_place", unit=lost[0])
    # Equal distances are decided by code, not by the order the units came in.
    ordered = centres.sort_index()
    places = ordered[["x", "y"]].to_numpy(dtype=float)
    many = len(places) > _MOST_ASSIGNED
    cells = _cells_by_rows(places) if many else _nearest_cells(places)
    for axis in (0, 1):
        cells[:, axis] = np.unique(cells[:, axis], return_inverse=True)[1]
    squares = pd.DataFrame(cells, index=ordered.index, columns=["row", "col"])
    return squares.loc[centres.index]


def _nearest_cells(places: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.optimize import linear_sum_assignment

    across, down = np.ptp(places, axis=0)
    rows, cols = _grid(math.ceil(len(places) * _SQUARES_PER_UNIT), across, down)
    cells = np.indices((rows, cols)).reshape(2, -1).T
    # In squares, the middle of the units over the middle of the grid.
    size = max(across / max(cols - 1, 1), down / max(rows - 1, 1)) or 1.0
    inside = (places - (places.max(axis=0) + places.min(axis=0)) / 2) / size
    wanted = np.column_stack(((rows - 1) / 2 - inside[:, 1], (cols - 1) / 2 + inside[:, 0]))
    cost = ((wanted[:, None, :] - cells[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(cells[linear_sum_assignment(cost)[1]], dtype=np.int64)


def _cells_by_rows(places: NDArray[np.float64]) -> NDArray[np.int64]:
    _, cols = _grid(len(places), *np.ptp(places, axis=0))
    row, col = np.empty((2, len(places)), dtype=np.int64)
    row[np.argsort(-places[:, 1], kind="stable")] = np.arange(len(places)) // cols
    col[np.lexsort((places[:, 0], row))] = np.arange(len(places)) % cols
    return np.column_stack((row, col))


def _grid(squares: int, across: float, down: float) -> tuple[int, int]:
    """Return the rows and columns of a grid of at least `squares`, shaped like the region."""
    shape = min(max(across / down, 0.4), 4.0) if down else 4.0
    cols = min(max(1, round(math.sqrt(squares * shape))), squares)
    return math.ceil(squares / cols), cols


def _moments(ring: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return the signed area of a ring, and its centre times that area."""
    after = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
    return float(cross.sum() / 2), ((ring + after) * cross[:, None]).sum(axis=0) / 6


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _features(path: Path) -> list[Any]:
    try:
        features = _mapping(json.loads(path.read_text(encoding="utf-8-sig"))).get("features")
    except (OSError, ValueError, RecursionError):
        features = None
    if not isinstance(features, list):
        raise refusal(ReportError, "chart_error.no_geojson", file=path.name)
    return features


def _polygons(geometry: Mapping[str, Any], where: Mapping[str, object]) -> Outline:
    kind, parts = geometry.get("type"), geometry.get("coordinates", ())
    try:
        polygons = [
            [np.array([point[:2] for point in ring], dtype=float) for ring in rings]
            for rings in (parts if kind == "MultiPolygon" else [parts])
        ]
        sound = all(rings and all(map(_is_ring, rings)) for rings in polygons)
        area = sum(abs(_moments(rings[0] - rings[0][0])[0]) for rings in polygons)
    except (TypeError, ValueError, IndexError, KeyError):
        sound, area = False, 0.0
    if kind not in ("Polygon", "MultiPolygon") or not sound or not area > 0:
        raise refusal(ReportError, "chart_error.no_area", **where)
    return polygons


def _is_ring(ring: NDArray[np.float64]) -> bool:
    # NaN is in no range.
    inside = ring.ndim == 2 and ring.shape[1] == 2 and (np.abs(ring) <= (180, 90)).all()
    return bool(inside) and len(np.unique(ring, axis=0)) >= 3
