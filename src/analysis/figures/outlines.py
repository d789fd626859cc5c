"""Outlines of units from a GeoJSON file, laid flat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.errors import ReportError

# Polygons of a unit, each an outer ring and its holes: arrays of x and y.
Outline: TypeAlias = list[list[NDArray[np.float64]]]


def outlines(geojson_path: Path, codes: Iterable[str]) -> dict[str, Outline]:
    """Return the outlines of units, laid flat: equirectangular about their mean latitude.

    Parameters
    ----------
    geojson_path : Path
        A FeatureCollection of polygons in degrees of longitude and latitude, each with its
        unit's code under the property ``code``. Other features may stand in it too.
    codes : iterable of str
        Units wanted.

    Returns
    -------
    dict, unit_code to polygons
        In order of the codes, for those that the file has an outline of. A polygon is a list
        of rings, the outer one first; a ring an array of shape (points, 2): x = longitude
        times the cosine of the mean latitude, y = latitude.

    Raises
    ------
    ReportError
        If the file is not such GeoJSON, a unit is in it twice, or none of `codes` is in it.
    """
    wanted = sorted(set(codes))
    found: dict[str, Outline] = {}
    for number, feature in enumerate(_features(geojson_path), start=1):
        code = _code(feature)
        if code not in wanted:
            continue
        where = (geojson_path.name, number, code)
        if code in found:
            raise _broken(where, "单位重复；请合并为一个 MultiPolygon", "stands in it twice; merge")
        found[code] = _polygons(feature, where)
    if not found:
        raise ReportError(
            f"{geojson_path.name} 里没有表中任何一个单位的边界："
            "请在每个要素的 properties 中用 code 写单位代码。",
            f"{geojson_path.name} has no outline of any unit in the table: write the unit's code "
            "in the property `code` of each feature.",
        )
    ends = np.array([_extent(polygons) for polygons in found.values()])
    narrow = np.array([np.cos(np.radians((ends[:, 0].min() + ends[:, 1].max()) / 2)), 1.0])
    return {
        code: [[ring * narrow for ring in rings] for rings in found[code]]
        for code in wanted
        if code in found
    }


def centre(outline: Outline) -> tuple[float, float]:
    """Return the centre of gravity of an outline, by the shoelace formula.

    Parameters
    ----------
    outline : polygons
        As from `outlines`; holes count as empty, whichever way round they are written.

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
            sign = np.sign(part) * (-1 if place else 1)
            area, moment = area + sign * part, moment + sign * by_part
    x, y = origin + moment / area
    return float(x), float(y)


def _moments(ring: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return the signed area of a ring, and its centre times that area."""
    after = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
    return float(cross.sum() / 2), ((ring + after) * cross[:, None]).sum(axis=0) / 6


def _features(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise ReportError(
            f"边界文件 {path.name} 无法读取（{error}）：请换用 UTF-8 编码的 GeoJSON 文件。",
            f"The boundaries {path.name} cannot be read ({error}): give a GeoJSON file in UTF-8.",
        ) from error
    features = content.get("features") if isinstance(content, Mapping) else None
    if not isinstance(features, list):
        raise ReportError(
            f"边界文件 {path.name} 不是 GeoJSON 的 FeatureCollection：须有 features 列表。",
            f"The boundaries {path.name} are no GeoJSON FeatureCollection: it has a list "
            "`features`.",
        )
    return features


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    return str(properties.get("code")) if isinstance(properties, Mapping) else ""


def _polygons(feature: Mapping[str, Any], where: tuple[str, int, str]) -> Outline:
    geometry = feature.get("geometry")
    geometry = geometry if isinstance(geometry, Mapping) else {}
    kind, parts = geometry.get("type"), geometry.get("coordinates", [])
    if kind not in ("Polygon", "MultiPolygon"):
        raise _broken(where, f"几何类型是 {kind}，须为面", f"is a {kind}, not an area; use")
    try:
        polygons = [
            [np.array([point[:2] for point in ring], dtype=float) for ring in rings]
            for rings in (parts if kind == "MultiPolygon" else [parts])
        ]
        sound = polygons and all(rings and all(map(_is_ring, rings)) for rings in polygons)
    except (TypeError, ValueError, IndexError, KeyError):
        sound = False
    if not sound:
        raise _broken(
            where,
            "坐标有误：每个环至少 3 个不同的点，以度计，先经度后纬度",
            "has wrong coordinates: a ring has 3 different points or more, in degrees, "
            "longitude first; give",
        )
    if not sum(abs(_moments(rings[0] - rings[0][0])[0]) for rings in polygons) > 0:
        raise _broken(where, "边界没有面积", "has an outline without any area; give")
    return polygons


def _is_ring(ring: NDArray[np.float64]) -> bool:
    # NaN is in no range.
    inside = ring.ndim == 2 and ring.shape[1] == 2 and (np.abs(ring) <= (180, 90)).all()
    return bool(inside) and len(np.unique(ring, axis=0)) >= 3


def _extent(polygons: Outline) -> tuple[float, float]:
    heights = np.concatenate([ring[:, 1] for rings in polygons for ring in rings])
    return float(heights.min()), float(heights.max())


def _broken(where: tuple[str, int, str], zh: str, en: str) -> ReportError:
    file, number, code = where
    return ReportError(
        f"{file} 第 {number} 个要素（单位 {code}）：{zh}。请改正，或换用 Polygon 或 MultiPolygon。",
        f"{file}, feature {number} (unit {code}) {en} a Polygon or MultiPolygon.",
    )
