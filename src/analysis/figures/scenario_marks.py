"""What the charts of scenarios share: tables checked, signs written, a column of words, an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.errors import ReportError
from analysis.figures.look import BODY, COLOURS, SMALL
from analysis.figures.text import decimal, plain
from analysis.words import catalogue

# Beyond this a bar is cut and keeps its figure: one unit must not flatten all others.
CUT = 1.5
# A difference below half a cent (0.01 yuan = 0.000001 万元) is noise of adding up, not money.
_HALF_CENT_WAN = 5e-7


def figures_of(
    table: pd.DataFrame,
    columns: Sequence[str],
    *,
    least: float = 0.0,
    infinite: bool = False,
) -> pd.DataFrame:
    """Return columns of a table as floats, its rows in the order of their codes.

    Parameters
    ----------
    table : DataFrame
        A row for each unit, or other thing drawn. Empty cells stay empty.
    columns : sequence of str
        Columns the chart needs.
    least : float
        The smallest figure that has a meaning.
    infinite : bool
        Whether infinite figures have one.

    Raises
    ------
    ReportError
        If a column is missing, a row is repeated, or a figure is none or out of range.
    """
    for column in columns:
        if column not in table.columns:
            raise ReportError(f"图表缺列：{column}。", f"The chart lacks a column: {column}.")
    repeated = table.index[table.index.duplicated()]
    if len(repeated):
        raise ReportError(
            f"图表中 {repeated[0]} 重复出现：每个只能有一行。",
            f"{repeated[0]} is repeated in the chart's table: give it one row.",
        )
    try:
        figures = table[list(columns)].astype(float).sort_index()
    except (TypeError, ValueError) as error:
        raise ReportError(
            f"图表的列 {'、'.join(columns)} 里有不是数的内容：{error}。",
            f"The chart's columns {', '.join(columns)} hold something that is no number: {error}.",
        ) from error
    values = figures.to_numpy()
    bad = np.argwhere((values < least) | (np.isinf(values) & (not infinite)))
    if len(bad):
        row, column = bad[0]
        where, value = f"{figures.index[row]}, {columns[column]}", decimal(values[row, column], 2)
        raise ReportError(
            f"图表（{where}）的数为 {value}，超出可画的范围。请先检查表。",
            f"The chart's figure at {where} is {value}, out of range. Check the table first.",
        )
    return figures


def relative_change(before_wan: pd.Series, after_wan: pd.Series) -> pd.Series:
    """Return (after - before) / before: infinite from nothing, 0 where less than a cent moves.

    Examples
    --------
    >>> relative_change(pd.Series([8.0, 0.0, 0.0]), pd.Series([6.0, 1.0, 0.0])).tolist()
    [-0.25, inf, 0.0]
    """
    change = after_wan - before_wan
    moved = (change.abs() >= _HALF_CENT_WAN) | change.isna()
    with np.errstate(divide="ignore", invalid="ignore"):
        return (change / before_wan).where(moved, 0.0)


def change_axis(axes: Axes, parts: np.ndarray) -> tuple[float, float]:
    """Give the x axis room for relative changes, cut at `CUT`; return both ends, parts of 1."""
    finite = parts[np.isfinite(parts)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    if high > CUT or np.isinf(parts).any():
        # A bar from nothing has no length of its own: it runs a little past the others.
        high = min(CUT, max(1.2 * high, -0.5 * low, 0.25))
    if low == high:
        low, high = -0.05, 0.05
    axes.set_xlim(low, high)
    return low, high


def written(value: float, digits: int) -> str:
    """Write a number, with more decimals where it would look like 0 and is not.

    Examples
    --------
    >>> written(12.0, 1), written(-0.0004, 1), written(0.0, 1)
    ('12.0', '−0.0004', '0')
    """
    if value == 0:
        return "0"
    if math.isfinite(value) and round(abs(value), digits) == 0:
        digits = -math.floor(math.log10(abs(value)))
    return decimal(value, digits)


def signed(value: float, digits: int) -> str:
    """Write a change with its sign.

    Examples
    --------
    >>> signed(1234.5, 1), signed(-7.0, 0), signed(0.0, 2)
    ('+1,234.5', '−7', '0')
    """
    return f"+{written(value, digits)}" if value > 0 else written(value, digits)


def signed_percent(part: float, digits: int = 1) -> str:
    """Write a relative change, a part of 1, as a percentage with its sign.

    Examples
    --------
    >>> signed_percent(0.466), signed_percent(-1.0), signed_percent(0.0), signed_percent(12.4)
    ('+46.6%', '−100.0%', '0%', '+1,240%')
    """
    return f"{signed(100 * part, 0 if abs(part) >= 10 else digits)}%"


def money_digits(amounts_wan: pd.Series) -> int:
    """Return the decimals that tell the smallest of some amounts from nothing, at most 2.

    Examples
    --------
    >>> money_digits(pd.Series([35.0, -2.0])), money_digits(pd.Series([69932.07, 5.47]))
    (0, 2)
    """
    sizes = amounts_wan.abs()[amounts_wan.abs() >= _HALF_CENT_WAN]
    if not len(sizes) or bool(((sizes - sizes.round()).abs() < _HALF_CENT_WAN).all()):
        return 0
    smallest = float(sizes.min())
    return 0 if smallest >= 100 else 1 if smallest >= 10 else 2


def text_column(
    axes: Axes, places: Iterable[float], texts: Iterable[str], header: str, at: float
) -> None:
    """Write words as a column that ends `at` points right of the axes, its header above."""
    cells = [(place, text, BODY, "ink") for place, text in zip(places, texts, strict=True)]
    for place, text, size, colour in [*cells, (-0.9, plain(header), SMALL, "neutral")]:
        axes.annotate(
            text,
            (1, place),
            (at, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            fontsize=size,
            color=COLOURS[colour],
            annotation_clip=False,
        )


def say(lang: str, *sentences: str) -> str:
    """Put sentences one after another, as the language does."""
    words = catalogue(lang)
    return reduce(
        lambda first, second: words("figure.sentences", first=first, second=second),
        filter(None, sentences),
    )


def change_text(part: float, lang: str) -> str:
    """Write a relative change, which from nothing has no percentage."""
    return catalogue(lang)("scenario_figure.new") if math.isinf(part) else signed_percent(part)


def ratio_text(ratio: float) -> str:
    """Write a ratio of shares.

    Examples
    --------
    >>> ratio_text(0.0004), ratio_text(1.254), ratio_text(713.2)
    ('0.0004', '1.25', '713')
    """
    return written(ratio, 2 if ratio < 100 else 0)
