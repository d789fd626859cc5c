"""What the charts of stress, cover and actual spending show, for readers who cannot see them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.figures.amounts import money_text
from analysis.figures.rows import joined, name_of
from analysis.figures.scenario_marks import say
from analysis.figures.text import decimal, percent, plain
from analysis.words import catalogue

# More recoveries than this are not listened to one by one.
_LISTED = 6


def part_text(part: float) -> str:
    """Write a part of a unit's money in per cent.

    Examples
    --------
    >>> [part_text(part) for part in (0.4567, 0.0, 12.4, math.nan)]
    ['45.7%', '0.0%', '1,240%', '—']
    """
    return "—" if math.isnan(part) else percent(part, 0 if abs(part) >= 10 else 1)


def tornado(
    ranked: pd.DataFrame, texts: pd.DataFrame, base: dict[str, float], lang: str, currency: str
) -> str:
    """Describe the tornado; `ranked` has the assumption of the largest effect first."""
    words = catalogue(lang)
    money = {tail: money_text(value, lang, currency) for tail, value in base.items()}
    said = [words("stock_figure.alt_tornado", count=len(ranked), **money)]
    said.append(words("stock_figure.alt_most", name=plain(ranked.index[0])))
    row = ranked.iloc[0]
    for end in ("low", "high"):
        tails = {tail: float(row[f"{tail}_{end}"]) for tail in base}
        if all(math.isnan(value) for value in tails.values()):
            continue
        amounts = {tail: money_text(value, lang, currency) for tail, value in tails.items()}
        text = texts[end].iloc[0]
        key, more = ("alt_end_text", {"text": text}) if text else ("alt_end", {})
        name = words(f"stock_figure.{end}_end")
        said.append(words(f"stock_figure.{key}", end=name, **more, **amounts))
    return say(lang, *said)


def vintages(
    layers: pd.DataFrame,
    labels: Sequence[str],
    recovered: NDArray[np.float64],
    months: Sequence[str],
    lang: str,
    currency: str,
) -> str:
    """Describe the stock by year of grant, its first and its last month."""
    words = catalogue(lang)
    totals = layers.sum(axis=1)
    said = words(
        "stock_figure.alt_vintages",
        first=months[0],
        last=months[-1],
        start=money_text(float(totals.iloc[0]), lang, currency),
        end=money_text(float(totals.iloc[-1]), lang, currency),
    )
    parts = [
        words("stock_figure.alt_year", year=label, value=money_text(float(value), lang, currency))
        for label, value in zip(labels, layers.iloc[-1], strict=True)
        if value > 0
    ]
    last = ""
    if parts:
        last = words("stock_figure.alt_vintage", last=months[-1], parts=joined(parts, lang))
    lost = [
        words(
            "figure.alt_value",
            name=months[at],
            value=money_text(float(recovered[at]), lang, currency),
        )
        for at in np.flatnonzero(recovered > 0).tolist()
    ]
    if not lost:
        return say(lang, said, last, words("stock_figure.alt_no_recovered"))
    listed = joined(lost[:_LISTED], lang)
    if len(lost) > _LISTED:
        more = decimal(len(lost) - _LISTED)
        listed = words("figure.names_and_more", names=listed, count=more)
    return say(lang, said, last, words("stock_figure.alt_recovered", parts=listed))


def cover(ranked: pd.Series, names: pd.Series, lang: str, line: int) -> str:
    """Describe the bars of days of cover; `ranked` has the fewest first."""
    words = catalogue(lang)

    def unit(place: int) -> str:
        days = float(ranked.iloc[place])
        value = words("figure.runway_beyond")
        if math.isfinite(days):
            value = words("stock_figure.alt_days", days=decimal(days, 0 if days >= 100 else 1))
        name = name_of(str(ranked.index[place]), names)
        return words("figure.alt_value", name=name, value=value)

    short = decimal(int((ranked < line).sum()))
    said = words("stock_figure.alt_cover", count=decimal(len(ranked)), short=short, line=line)
    longest = words("figure.alt_longest", last=unit(-1)) if len(ranked) > 1 else ""
    return say(lang, said, words("figure.alt_shortest", first=unit(0)), longest)


def spent(ranked: pd.DataFrame, names: pd.Series, time_progress: float, lang: str) -> str:
    """Describe the bars of spending; `ranked` has the most spent first, unknown ones last."""
    words = catalogue(lang)

    def unit(place: int) -> str:
        row = ranked.iloc[place]
        so_far, low, high = (float(row[f"{name}_share"]) for name in ("spent", "low", "high"))
        said = {"name": name_of(str(ranked.index[place]), names), "part": part_text(so_far)}
        if math.isnan(low) or math.isnan(high):
            return words("stock_figure.alt_part", **said)
        ends = {"low": part_text(low), "high": part_text(high)}
        return words("stock_figure.alt_part_interval", **said, **ends)

    known = int(ranked["spent_share"].notna().sum())
    over = int((ranked["spent_share"] > 1).sum())
    said = [words("stock_figure.alt_spent", count=decimal(len(ranked)))]
    if over:
        said.append(words("stock_figure.alt_over", count=decimal(over)))
    if not math.isnan(time_progress):
        said.append(words("stock_figure.alt_progress", part=part_text(time_progress)))
    if known:
        said.append(words("stock_figure.alt_highest", unit=unit(0)))
    if known > 1:
        said.append(words("stock_figure.alt_lowest", unit=unit(known - 1)))
    return say(lang, *said)


def spent_path(
    known: pd.Series,
    ahead: pd.DataFrame,
    money: float,
    months: Sequence[str],
    lang: str,
    currency: str,
) -> str:
    """Describe one unit's cumulative spending, actual and forecast."""
    words = catalogue(lang)
    last = months[int(known.index[-1]) - 1]
    spent_so_far = money_text(float(known.iloc[-1]), lang, currency)
    said = [words("stock_figure.alt_path", last=last, spent=spent_so_far)]
    if len(ahead):
        final = ahead.iloc[-1]
        ends = {
            end: money_text(float(final[end]), lang, currency) for end in ("mean", "low", "high")
        }
        target = months[int(ahead.index[-1]) - 1]
        said.append(words("stock_figure.alt_forecast", target=target, **ends))
    if not math.isnan(money):
        said.append(words("stock_figure.alt_money", money=money_text(money, lang, currency)))
    return say(lang, *said)
