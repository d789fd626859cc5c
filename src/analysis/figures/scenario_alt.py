"""What each chart of scenarios shows, in words and figures, for readers who cannot see it."""

from __future__ import annotations

import math

import pandas as pd

from analysis.figures.amounts import money_text
from analysis.figures.rows import joined, name_of
from analysis.figures.scenario_marks import (
    change_text,
    money_digits,
    ratio_text,
    say,
    signed_percent,
)
from analysis.figures.text import decimal, percent
from analysis.words import catalogue


def changes(
    ranked: pd.DataFrame, counts: dict[str, int], names: pd.Series, lang: str, currency: str
) -> str:
    """Describe the bars of relative changes; `ranked` has the largest gain first."""
    words = catalogue(lang)
    said = words(
        "scenario_figure.alt_changes",
        count=len(ranked),
        gain=counts["gain"],
        loss=counts["loss"],
        same=counts["unchanged"],
    )
    ends = []
    for key, place, side in (("alt_most", 0, "gain"), ("alt_least", -1, "loss")):
        if counts[side]:
            row = ranked.iloc[place]
            moved = float(row["change_wan"])
            digits = money_digits(pd.Series([moved]))
            unit = words(
                "scenario_figure.alt_change",
                name=name_of(str(ranked.index[place]), names),
                part=change_text(row["change"], lang),
                money=money_text(moved, lang, currency, digits, sign=True),
            )
            ends.append(words(f"scenario_figure.{key}", unit=unit))
    return say(lang, said, *ends)


def ratio_shift(ranked: pd.DataFrame, counts: dict[str, int], names: pd.Series, lang: str) -> str:
    """Describe the arrows of ratios; `ranked` has the highest ratio before first."""
    words = catalogue(lang)

    def unit(place: int) -> str:
        before, after = (ratio_text(float(ratio)) for ratio in ranked.iloc[place])
        name = name_of(str(ranked.index[place]), names)
        return words("scenario_figure.alt_shift", name=name, before=before, after=after)

    said = words("scenario_figure.alt_ratio", count=len(ranked), **counts)
    return say(lang, said, words("scenario_figure.alt_ratio_ends", first=unit(0), last=unit(-1)))


def pace(
    known: pd.DataFrame, far: dict[str, str], names: pd.Series, within: float, lang: str
) -> str:
    """Describe the lines of distances from target; `far` names the furthest units."""
    words = catalogue(lang)
    first, last = (known[known.columns[place]] for place in (0, -1))
    said = words(
        "scenario_figure.alt_pace",
        count=len(known),
        first=year_name(int(known.columns[0]), lang),
        last=year_name(int(known.columns[-1]), lang),
        low=signed_percent(first.min()),
        high=signed_percent(first.max()),
        low_last=signed_percent(last.min()),
        high_last=signed_percent(last.max()),
        within=f"{100 * within:.4g}%",
        inside=int((first.abs() <= within + 1e-9).sum()),
        inside_last=int((last.abs() <= within + 1e-9).sum()),
    )
    units = [
        words(
            "figure.alt_value",
            name=name_of(code, names),
            value=signed_percent(float(first[code])),
        )
        for code in far
    ]
    ends = words("scenario_figure.alt_furthest", units=joined(units, lang)) if units else ""
    return say(lang, said, ends)


def implied(known: pd.DataFrame, labels: pd.Series, lang: str) -> str:
    """Describe the weights that an allocation implies; the largest comes first."""
    words = catalogue(lang)
    parts = [
        words(
            "scenario_figure.alt_unknown"
            if math.isnan(row["weight"])
            else "scenario_figure.alt_weight",
            name=name_of(str(measure), labels),
            low=percent(row["low"]),
            high=percent(row["high"]),
            **({} if math.isnan(row["weight"]) else {"weight": percent(row["weight"])}),
        )
        for measure, row in known.iterrows()
    ]
    said = words("scenario_figure.alt_implied", count=len(known))
    return say(lang, said, words("scenario_figure.ended", said=joined(parts, lang)))


def sensitivity(ranked: pd.DataFrame, labels: pd.Series, lang: str, still: int) -> str:
    """Describe the grid of total indices; `still` units do not depend on the weights."""
    words = catalogue(lang)
    said = words("scenario_figure.alt_sensitivity", units=len(ranked), measures=len(ranked.columns))
    parts = [
        words(
            "scenario_figure.alt_influence",
            name=name_of(str(measure), labels),
            low=decimal(ranked[measure].min(), 2),
            high=decimal(ranked[measure].max(), 2),
        )
        for measure in ranked.columns
        if ranked[measure].notna().any()
    ]
    known = words("scenario_figure.ended", said=joined(parts, lang)) if parts else ""
    none = words("scenario_figure.alt_no_effect", count=still) if still else ""
    return say(lang, said, known, none)


def scenario_shares(moved: pd.DataFrame, actual: str, names: pd.Series, lang: str) -> str:
    """Describe the amounts under several scenarios, as changes from the actual ones."""
    words = catalogue(lang)

    def unit(scenario: str, code: str) -> str:
        value = change_text(float(moved[scenario][code]), lang)
        return words("figure.alt_value", name=name_of(code, names), value=value)

    said = words(
        "scenario_figure.alt_scenarios",
        count=len(moved),
        scenarios=len(moved.columns),
        actual=actual,
    )
    each = (
        words(
            "scenario_figure.alt_scenario",
            scenario=name,
            high=unit(name, str(moved[name].idxmax())),
            low=unit(name, str(moved[name].idxmin())),
        )
        for name in moved.columns
    )
    return say(lang, said, *each)


def year_name(year: int, lang: str) -> str:
    """Name a year, of the calendar or counted from the start.

    Examples
    --------
    >>> year_name(0, "en"), year_name(3, "en"), year_name(2024, "en")
    ('start', 'year 3', '2024')
    """
    key = "start" if year == 0 else "calendar" if year >= 1000 else "count"
    return catalogue(lang)(f"scenario_figure.year_{key}", year=year)
