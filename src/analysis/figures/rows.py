"""Charts with a row for each unit: which rows fit, where they stand, what they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import pandas as pd
from matplotlib.axes import Axes

from analysis.errors import ReportError
from analysis.figures.look import BODY, COLOURS, SMALL
from analysis.figures.text import decimal, plain, shorten, wrap
from analysis.fonts import width
from analysis.words import catalogue

# More rows than this are not read one by one: then the two ends are shown.
MOST = 40
_LONGEST_NAME = 22.0


@dataclass(frozen=True)
class Rows:
    """The rows of a chart, from the top down.

    Parameters
    ----------
    codes : tuple of str
        Units shown.
    names : tuple of str
        Their names, cut to fit.
    places : tuple of float
        Their heights in rows, 0 at the top; an empty row stands where units are left out.
    hidden : int
        Number of units left out between the two ends.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[float, ...]
    hidden: int

    @property
    def count(self) -> float:
        """Rows to make room for."""
        return self.places[-1] + 1

    @property
    def room(self) -> float:
        """Width of the longest name, points."""
        return max(width(name) for name in self.names) * BODY


def rows(ranked: Sequence[str], names: pd.Series, *, most: int = MOST) -> Rows:
    """Choose the rows for units in the order given: all of them, or the two ends.

    Parameters
    ----------
    ranked : sequence of str
        Unit codes, the first at the top.
    names : Series, index unit_code, str
        Names in the report's language.
    most : int
        Rows that can be read.

    Raises
    ------
    ReportError
        If there is no unit, or one is repeated.

    Examples
    --------
    >>> chosen = rows(["a", "b", "c", "d"], pd.Series({"a": "A"}), most=2)
    >>> chosen.codes, chosen.names, chosen.places, chosen.hidden
    (('a', 'd'), ('A', 'd'), (0.0, 2.0), 2)
    """
    if not ranked:
        raise ReportError(
            "没有可画的单位：表中没有一行有数。",
            "There is no unit to draw: no row of the table holds a figure.",
        )
    repeated = next((code for code, times in Counter(ranked).items() if times > 1), None)
    if repeated is not None:
        raise ReportError(
            f"单位 {repeated} 在表中重复出现：每个单位只能有一行。",
            f"Unit {repeated} is repeated in the table: give one row a unit.",
        )
    hidden = max(0, len(ranked) - most)
    head = (most + 1) // 2
    codes = list(ranked) if not hidden else [*ranked[:head], *ranked[head - most :]]
    places = [float(place + (hidden > 0 and place >= head)) for place in range(len(codes))]
    short = [shorten(name_of(code, names), _LONGEST_NAME) for code in codes]
    return Rows(tuple(codes), tuple(short), tuple(places), hidden)


def name_of(code: str, names: pd.Series) -> str:
    """Return a unit's name on one line, or its code where it has none."""
    name = names.get(code)
    return plain(name) if isinstance(name, str) and plain(name) else plain(code)


def name_list(codes: Sequence[str] | pd.Index, names: pd.Series, lang: str, most: int = 6) -> str:
    """Return the names of units in a sentence: the first ones, and how many more there are.

    Examples
    --------
    >>> name_list(["a", "b"], pd.Series({"a": "A"}), "en")
    'A, b'
    >>> name_list(["a", "b", "c"], pd.Series(), "en", most=2)
    'a, b and 1 more'
    """
    words = catalogue(lang)
    shown = words("figure.names_join").join(
        shorten(name_of(code, names), _LONGEST_NAME) for code in codes[:most]
    )
    if len(codes) <= most:
        return shown
    return words("figure.names_and_more", names=shown, count=decimal(len(codes) - most))


def label_lines(name: str, ems: float, most: int) -> list[str]:
    """Break a name into at most `most` lines of `ems` times the type size, cut where it must be.

    Examples
    --------
    >>> label_lines("City and County of San Francisco", 7, 2)
    ['City and', 'County of Sa...']
    """
    lines = wrap(name, ems)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shorten(line, ems) for line in lines]


def label_rows(
    axes: Axes, chosen: Rows, lang: str, *, room: float = 4.0, head: float = 0.0
) -> None:
    """Write the names at the left, and how many units stand between the two ends.

    Parameters
    ----------
    axes : Axes
        The drawing.
    chosen : Rows
        Its rows.
    lang : str
        ``zh`` or ``en``.
    room : float
        Points between a name and the axis.
    head : float
        Rows to leave empty above the first.
    """
    axes.tick_params(axis="y", pad=room)
    axes.set_yticks(chosen.places, labels=chosen.names, fontsize=BODY, color=COLOURS["ink"])
    axes.spines["left"].set_visible(False)
    axes.set_ylim(chosen.count - 0.5, -0.5 - head)
    if not chosen.hidden:
        return
    gap = next(i for i, place in enumerate(chosen.places) if place != i)
    axes.axhline(gap, color=COLOURS["neutral"], linewidth=0.6, dashes=(1, 3))
    axes.annotate(
        catalogue(lang)("figure.between", count=decimal(chosen.hidden)),
        (0.5, gap),
        xycoords=("axes fraction", "data"),
        ha="center",
        va="center",
        fontsize=SMALL,
        color=COLOURS["neutral"],
        bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 2},
    )


def subtitle(
    said: str, chosen: Rows, lang: str, *, without: int = 0, why: str = "figure.no_need"
) -> str:
    """Add to a subtitle what the chart does not show.

    Parameters
    ----------
    said : str
        What is measured, in which unit.
    chosen : Rows
        The rows drawn.
    lang : str
        ``zh`` or ``en``.
    without : int
        Units that have no figure to draw.
    why : str
        Key of the sentence that says so.
    """
    words = catalogue(lang)
    missed = (("figure.not_shown", chosen.hidden), (why, without))
    return joined([said, *(words(key, count=decimal(n)) for key, n in missed if n)], lang)


def joined(clauses: Iterable[str], lang: str) -> str:
    """Join clauses into one line.

    Examples
    --------
    >>> joined(["north up", "to scale"], "en")
    'north up; to scale'
    """
    words = catalogue(lang)
    return reduce(lambda first, second: words("figure.also", first=first, second=second), clauses)
