"""What each chart shows, in words and figures, for readers who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.figures.amounts import money_text
from analysis.figures.rows import name_of
from analysis.figures.scenario_marks import say
from analysis.figures.share_axis import ratio_text, share_text
from analysis.figures.text import chance, decimal, percent
from analysis.words import catalogue


def dumbbell(ranked: pd.DataFrame, names: pd.Series, lang: str) -> str:
    """Describe the dumbbell chart of shares; `ranked` has the highest ratio first."""
    words = catalogue(lang)
    columns = ["share", "need_share", "ratio", "ratio_low", "ratio_high"]
    figures = ranked.reindex(columns=columns).astype(float)

    def unit(code: str) -> str:
        share, need, ratio, low, high = figures.loc[[code]].to_numpy()[0]
        said = {
            "name": name_of(code, names),
            "share": share_text(share),
            "need": share_text(need),
            "ratio": ratio_text(ratio),
        }
        if math.isnan(low) or math.isnan(high):
            return words("figure.alt_pair", **said)
        return words("figure.alt_pair_range", **said, low=ratio_text(low), high=ratio_text(high))

    said = words("figure.alt_dumbbell", count=len(ranked), first=unit(ranked.index[0]))
    return say(lang, said, _last(ranked.index, unit, lang), _open(ranked, lang))


def ratios(table: pd.DataFrame, names: pd.Series, lang: str, key: str) -> str:
    """Describe tiles or a map of ratios; `key` is the sentence it begins with."""
    words = catalogue(lang)
    ranked = table.dropna(subset=["ratio"]).sort_index()
    ranked = ranked.sort_values("ratio", ascending=False, kind="stable")

    def unit(code: str) -> str:
        return _named(ranked["ratio"], code, names, lang)

    below = int((ranked["ratio"] < 1).sum())
    said = words(key, count=len(ranked), below=below, first=unit(ranked.index[0]))
    return say(lang, said, _last(ranked.index, unit, lang), _open(ranked, lang))


def per_person(
    ranked: pd.Series,
    names: pd.Series,
    lang: str,
    mean: float,
    money: str,
    digits: int,
    key: str,
) -> str:
    """Describe the bars of money per head; `ranked` has the highest first, `key` begins."""
    words = catalogue(lang)

    def unit(code: str) -> str:
        value = f"{decimal(ranked[code], digits)} {money}"
        return words("figure.alt_value", name=name_of(code, names), value=value)

    said = words(key, count=len(ranked), first=unit(ranked.index[0]))
    average = "" if math.isnan(mean) else decimal(mean, digits)
    ends = words("figure.alt_mean", value=average, unit=money) if average else ""
    return say(lang, said, _last(ranked.index, unit, lang), ends)


def need_groups(table: pd.DataFrame, names: pd.Series, lang: str) -> str:
    """Describe the dot plot of ratios under several measures of need."""
    words = catalogue(lang)
    said = [words("figure.alt_need_groups", count=len(table), groups=len(table.columns))]
    for column in table.columns:
        ratios = table[column].dropna()
        if len(ratios):
            high, low = str(ratios.idxmax()), str(ratios.idxmin())
            said.append(
                words(
                    "figure.alt_group",
                    group=str(column),
                    high=_named(ratios, high, names, lang),
                    low=_named(ratios, low, names, lang),
                )
            )
    return say(lang, *said)


def fan(
    quantiles: np.ndarray, months: Sequence[str], lang: str, currency: str, depletion: str
) -> str:
    """Describe the fan of one unit's stock; `depletion` names the month, empty for none."""
    words = catalogue(lang)
    low, _, middle, _, high = (money_text(value, lang, currency) for value in quantiles[:, -1])
    said = words(
        "figure.alt_fan",
        first=months[0],
        last=months[-1],
        middle=middle,
        low=low,
        high=high,
        start=money_text(quantiles[2, 0], lang, currency),
    )
    ends = words("figure.alt_depleted", month=depletion) if depletion else ""
    return say(lang, said, ends or words("figure.alt_not_depleted"))


def odds(table: pd.DataFrame, names: pd.Series, lang: str, last: str) -> str:
    """Describe the heat map of the odds of depletion; the first row has the highest."""
    words = catalogue(lang)

    def unit(code: str) -> str:
        value = f"{chance(float(table.iloc[:, -1][code]))}%"
        return words("figure.alt_value", name=name_of(code, names), value=value)

    said = words("figure.alt_odds", count=len(table), last=last, first=unit(table.index[0]))
    return say(lang, said, _last(table.index, unit, lang))


def runway(ranked: pd.Series, names: pd.Series, lang: str, line: int) -> str:
    """Describe the bars of runway; `ranked` has the shortest first."""
    words = catalogue(lang)

    def unit(code: str) -> str:
        months = float(ranked[code])
        value = words("figure.runway_beyond")
        if math.isfinite(months):
            value = f"{decimal(months, 1)} {words('unit.months')}"
        return words("figure.alt_value", name=name_of(code, names), value=value)

    short = int((ranked < line).sum())
    said = words("figure.alt_runway", count=len(ranked), short=short, line=line)
    shortest = words("figure.alt_shortest", first=unit(ranked.index[0]))
    return say(lang, said, shortest, _last(ranked.index, unit, lang, "figure.alt_longest"))


def execution(
    rate: np.ndarray, progress: np.ndarray, actual: np.ndarray, months: Sequence[str], lang: str
) -> str:
    """Describe the lines of expected and actual execution beside time-proportional progress."""
    words = catalogue(lang)
    ahead = int((rate > progress + 1e-9).sum())
    said = words(
        "figure.alt_execution",
        first=months[0],
        last=months[-1],
        rate=percent(float(rate[-1])),
        progress=percent(float(progress[-1])),
        ahead=ahead,
        count=len(rate),
    )
    known = np.flatnonzero(np.isfinite(actual))
    if not len(known):
        return said
    last = known[-1]
    spent = words("figure.alt_actual", month=months[last], rate=percent(float(actual[last])))
    return say(lang, said, spent)


def some(said: str, drawn: int, of: int, lang: str, what: str = "units") -> str:
    """Add how many units, or of what else is counted, are drawn where the data holds more.

    Examples
    --------
    >>> some("Bars.", 40, 2850, "en"), some("Bars.", 7, 7, "en")
    ('Bars. 40 of 2,850 units are drawn.', 'Bars.')
    """
    if drawn == of:
        return said
    counts = {"drawn": decimal(drawn), "count": decimal(of)}
    return say(lang, said, catalogue(lang)(f"figure.alt_drawn_{what}", **counts))


def _last(
    codes: pd.Index, unit: Callable[[str], str], lang: str, key: str = "figure.alt_lowest"
) -> str:
    if len(codes) < 2:
        return ""
    return catalogue(lang)(key, last=unit(codes[-1]))


def _named(values: pd.Series, code: str, names: pd.Series, lang: str) -> str:
    return catalogue(lang)(
        "figure.alt_value", name=name_of(code, names), value=ratio_text(float(values[code]))
    )


def _open(table: pd.DataFrame, lang: str) -> str:
    """Say how many units the verdicts leave open."""
    count = int(table["verdict"].eq("undecided").sum()) if "verdict" in table else 0
    return catalogue(lang)("figure.alt_open", count=count) if count else ""
