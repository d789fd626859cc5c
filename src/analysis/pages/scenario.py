"""What rule would have given these amounts, and what another rule would give."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.apportion import METHODS, Method, apportion
from analysis.case import Case
from analysis.errors import MeasureError, UsageError
from analysis.formula import formula_amounts
from analysis.implied import ImpliedFit, implied_fit
from analysis.measures import EQUAL, NEED, latest_measures
from analysis.pace import (
    MOST_YEARS,
    NearestFeasible,
    distance_from_target,
    nearest_feasible,
    pace_of_change,
)
from analysis.shares import relative_change
from analysis.statuses import joined, status_of, weakest, with_status
from analysis.words import refusal
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import (
    ByLanguage,
    Figure,
    Listed,
    Sentence,
    Units,
    Word,
    group_word,
    say,
    status_word,
)
from analysis.words.weights import Labels
from analysis.words.weights import mix as mix_words

# Amounts that are not rounded at all are shared out to the cent.
CENT_WAN = 1e-6
# Numbers of units of account this near to a whole one are whole.
WHOLE = 1e-6
# Less than this a table of 万元 with one decimal does not show.
SHOWN_WAN = 0.05
# A path of many years is shown in about so many steps.
YEARS_SHOWN = 8


def measure_labels(case: Case, group: str) -> dict[str, Sentence | Word]:
    """Return what each measure of `analysis.measures.measure_table` is called."""
    labels: dict[str, Sentence | Word] = {name: group_word(name) for name in case.groups()}
    labels |= {NEED: group_word(group), EQUAL: Word("scenario_page.equal")}
    for name, rows in latest_measures(case).groupby("measure", sort=False):
        zh, en = (rows[f"name_{lang}"].dropna().tolist() for lang in ("zh", "en"))
        called = ByLanguage(str([*zh, name][0]), str([*en, name][0]))
        labels[str(name)] = say("page.as_it_is", text=called)
    return labels


def where_empty(frame: pd.DataFrame, said: Sentence) -> Sentence | None:
    """Return what to say in place of a frame that holds nothing; None where it holds something."""
    return said if frame.empty else None


# --- amounts ---


def unit_of_account(money: pd.Series, rounding_wan: float) -> float:
    """Return the unit that amounts are shared out in, 万元.

    It is what the amounts are rounded to, or the cent where one of them is finer than that.

    Parameters
    ----------
    money : Series, index unit_code, 万元
    rounding_wan : float, 万元
        0 where the amounts are exact.

    Examples
    --------
    >>> unit_of_account(pd.Series([67.0, 98.0]), 1.0), unit_of_account(pd.Series([67.5]), 1.0)
    (1.0, 1e-06)
    """
    unit = rounding_wan or CENT_WAN
    units = money / unit
    return unit if (units - units.round()).abs().max() < WHOLE else CENT_WAN


def amounts_by_formula(money: pd.Series, measures: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Share the money of some units by a factor formula, before bounds and rounding.

    Parameters
    ----------
    money : Series, index unit_code, 万元
    measures : DataFrame, index unit_code of the same units, a column for each measure
    weights : Series, index measure

    Returns
    -------
    Series, index unit_code, 万元
        Adds up to the total of `money`; an ``assumption`` at best, as the weights are chosen.
        Empty where `measures` is.
    """
    amounts = pd.Series(dtype=float, index=measures.index)
    if len(measures):
        amounts = formula_amounts(money.sum(), measures, weights)
    used = measures[weights.index[weights > 0]]
    return with_status(amounts.rename("exact_wan"), _status(money, used, "assumption"))


def bounds_table(
    base: pd.Series, *, floor_share: float, ceiling_share: float, unit_wan: float
) -> pd.DataFrame:
    """Return the least and the most that each unit is to have, in whole units of account.

    Parameters
    ----------
    base : Series, index unit_code, 万元
    floor_share, ceiling_share : float
        Parts of the base, 0 to 1 and 0 or more; 0: no bound.
    unit_wan : float, 万元

    Returns
    -------
    DataFrame, index unit_code, 万元
        ``floor_wan``, rounded up, and ``ceiling_wan``, rounded down; only those that are set.

    Raises
    ------
    UsageError
        If a part is out of its range.

    Examples
    --------
    >>> base = pd.Series({"a": 67.0, "b": 32.0})
    >>> bounds_table(base, floor_share=0.9, ceiling_share=0, unit_wan=1.0)["floor_wan"].tolist()
    [61.0, 29.0]
    """
    bounds = pd.DataFrame(index=base.index)
    for name, part, most, whole in (
        ("floor", floor_share, 1.0, math.ceil),
        ("ceiling", ceiling_share, math.inf, math.floor),
    ):
        if not (0 <= part <= most and math.isfinite(part)):
            key = "refusal.part_of_1" if most == 1 else "refusal.part_or_none"
            raise refusal(UsageError, key, name=f"{name}_share", value=part)
        if part > 0:
            # A bound that is whole but for the computer's rounding is that whole number.
            units = (base * part / unit_wan).round(6).map(whole)
            bounds[f"{name}_wan"] = _in_wan(units, unit_wan)
    return with_status(bounds, "assumption")


def whole_amounts(
    money: pd.Series,
    claims: pd.Series,
    name: str,
    *,
    unit_wan: float,
    method: Method,
    bounds: pd.DataFrame | None = None,
) -> pd.Series:
    """Share the money of some units in proportion to their claims, in whole units of account.

    Parameters
    ----------
    money : Series, index unit_code, 万元
        Its total is shared.
    claims : Series, index unit_code
        Persons in need, or exact amounts by a formula.
    name : str
        Of the result.
    unit_wan : float, 万元
    method : str
        One of `analysis.apportion.METHODS`.
    bounds : DataFrame, index unit_code, optional
        Of `bounds_table`.

    Returns
    -------
    Series, index unit_code, 万元
        Empty where there is no claim, or no amounts keep the bounds: see `conflict`.

    Raises
    ------
    MeasureError
        If there is no such method.
    """
    bounds = pd.DataFrame(index=claims.index) if bounds is None else bounds
    status = weakest([status_of(money), status_of(claims)], at_least="computed")
    if claims.empty or conflict(money, claims, bounds):
        return with_status(pd.Series(dtype=float, index=claims.index[:0], name=name), status)
    ends = {
        str(end).removesuffix("_wan"): (bounds[end] / unit_wan).round().astype("int64")
        for end in bounds
    }
    shared = apportion(round(money.sum() / unit_wan), claims, method=method, **ends)
    return with_status(pd.Series(_in_wan(shared, unit_wan), claims.index, name=name), status)


def conflict(money: pd.Series, claims: pd.Series, bounds: pd.DataFrame) -> Sentence | None:
    """Say why no amounts keep the bounds of `whole_amounts`; None where some do."""
    total = float(money.sum())
    least = bounds.get("floor_wan", pd.Series(0.0, index=claims.index))
    most = bounds.get("ceiling_wan", pd.Series(total, index=claims.index))
    # A unit without a claim gets its floor and no more.
    floors, ceilings = (float(x.sum()) for x in (least, most.where(claims > 0, least)))
    shared = Figure(total, "wan")
    if floors > total + CENT_WAN / 2:
        return say("scenario_page.floors_too_high", floors=Figure(floors, "wan"), total=shared)
    if crossed := [str(code) for code in least.index[least > most]]:
        return say("scenario_page.bounds_crossed", units=Units(crossed))
    if len(claims) and ceilings < total - CENT_WAN / 2:
        most_said = Figure(ceilings, "wan")
        return say("scenario_page.ceilings_too_low", ceilings=most_said, total=shared)
    return None


def change_table(money: pd.Series, amounts: pd.Series) -> pd.DataFrame:
    """Set what each unit would have beside what it has.

    Parameters
    ----------
    money : Series, index unit_code, 万元
    amounts : Series, index unit_code of some or all of these units, 万元
        Of `whole_amounts`.

    Returns
    -------
    DataFrame, index unit_code as in `amounts`
        ``amount_wan``; the amounts, under their own name; ``change_wan`` = amounts - amount;
        ``change`` as a part of the amount, infinite for a unit that would get its first.
    """
    before = money[amounts.index]
    changes = pd.DataFrame(
        {"change_wan": amounts - before, "change": relative_change(before, amounts)}
    )
    status = weakest([status_of(before), status_of(amounts)], at_least="computed")
    return joined(before, amounts, with_status(changes, status))


def method_table(money: pd.Series, need: pd.Series, unit_wan: float) -> pd.DataFrame:
    """Return the proportional amounts, 万元, made whole by each of the methods, a column each."""
    return joined(
        *(whole_amounts(money, need, name, unit_wan=unit_wan, method=name) for name in METHODS)
    )


def method_differences(methods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `method_table` where the methods differ by what a table shows."""
    return methods[methods.max(axis=1) - methods.min(axis=1) >= SHOWN_WAN]


# --- what the present amounts look like ---


def implied_mix(
    money: pd.Series, measures: pd.DataFrame, rounding: pd.Series
) -> tuple[pd.DataFrame, ImpliedFit]:
    """Find the mix of measures that comes nearest to the money of some units.

    Parameters
    ----------
    money, rounding : Series, index unit_code, 万元
        Money, and the width of the interval that it was rounded in.
    measures : DataFrame, index unit_code, a column for each measure
        Of `analysis.measures.explaining_measures`.

    Returns
    -------
    mix : DataFrame, index factor
        ``weight``, ``weight_low`` and ``weight_high``, parts of 1; ``identifiable``: ``yes`` or
        ``no``: see `analysis.implied.implied_weights`. An ``estimate`` at best. Empty where there
        is nothing to compare, or the money is no more than its rounding.
    fit : ImpliedFit
        What the mix gives each unit, and how much of the money it leaves unexplained.
    """
    codes = measures.index
    none = pd.DataFrame(columns=["weight", "low", "high", "identifiable"])
    fit = ImpliedFit(none, pd.Series(dtype=float), math.nan, math.nan)
    if measures.size and money[codes].sum() > rounding[codes].sum() / 2:
        fit = implied_fit(money[codes], measures, rounding_wan=rounding[codes])
    mix = fit.weights.rename(columns={"low": "weight_low", "high": "weight_high"})
    mix = mix.assign(identifiable=mix["identifiable"].map({True: "yes", False: "no"}))
    mix = mix.rename_axis("factor")
    status = _status(money, measures, "estimate")
    return with_status(mix, dict.fromkeys(["weight", "weight_low", "weight_high"], status)), fit


def named(mix: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Return a frame of measures with a column of their names."""
    names = [labels[str(measure)] for measure in mix.index]
    return mix.assign(name=pd.Series(names, mix.index, dtype=object))


def sensitivity_rows(indices: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Return the indices of `weight_sensitivity` as rows that a page can show."""
    rows = indices.reset_index()
    rows.insert(1, "name", rows["unit_code"].map(lambda code: Units([str(code)])))
    return rows.assign(factor=rows["factor"].map(lambda name: labels[str(name)]))


# --- how long it takes ---


def pace(
    money: pd.Series, target: pd.Series, *, years: int, **settings: float
) -> tuple[NearestFeasible, pd.DataFrame]:
    """Find the way of each unit's money to its target, and what each setting has to be for one.

    Parameters
    ----------
    money, target : Series, index unit_code of the same units, 万元
        What they have, and what is aimed at.
    years : int
    **settings : float, parts of 1
        ``growth``, ``within`` and ``max_cut`` of `analysis.pace.pace_of_change`.

    Returns
    -------
    nearest : NearestFeasible
        For each setting the mildest value that works; None where none does.
    path : DataFrame, index unit_code, columns the years from 0, 万元
        In the years asked for, or else in the fewest that are enough; without columns where no
        number of years is.

    Raises
    ------
    MeasureError
        If a setting is out of its range.
    """
    nearest, path = NearestFeasible(None, None, None), pd.DataFrame(index=target.index)
    if len(target):
        share = target / target.sum()
        nearest = nearest_feasible(money, share, years=years, **settings)
        # The years asked for go before the fewest, where they are enough.
        for span in (nearest.years, years):
            try:
                path = pace_of_change(money, share, years=span or 0, **settings)
            except MeasureError:
                continue
    status = weakest([status_of(money), status_of(target)], at_least="assumption")
    return nearest, with_status(path, status)


def pace_table(path: pd.DataFrame, money: pd.Series, target: pd.Series) -> pd.DataFrame:
    """Return a path of `pace` as a table.

    Returns
    -------
    DataFrame, index unit_code
        ``distance`` now, a part of the target; ``amount_wan`` now; ``year_1`` and on; and
        ``target_wan`` in the last year. Of many years about `YEARS_SHOWN`, the last among them.
        Empty where `path` is.
    """
    if path.empty:
        return pd.DataFrame()
    last = int(path.columns[-1])
    years = sorted(range(last, 0, -max(1, math.ceil(last / YEARS_SHOWN))))
    share = target / target.sum()
    distance = distance_from_target(path[0], share)
    steps = path[years].rename(columns=lambda year: f"year_{year}")
    steps = steps.assign(target_wan=share * path[last].sum(), distance=distance)
    status = weakest([status_of(money), status_of(target)], at_least="assumption")
    steps = with_status(steps, status)
    return joined(steps["distance"], money[path.index], steps.drop(columns="distance"))


# --- what is said ---


def scenario_answer(
    by_need: pd.DataFrame,
    formula: Sentence,
    mix: pd.DataFrame,
    fit: ImpliedFit,
    nearest: NearestFeasible,
    *,
    words: dict[str, object],
    within: float,
    notes: list[Sentence],
) -> Answer:
    """Say how much would move to be proportional, and by the formula.

    Parameters
    ----------
    by_need : DataFrame, index unit_code
        Of `change_table`.
    formula : Sentence
        Of `formula_sentence`.
    mix, fit
        Of `implied_mix`.
    nearest : NearestFeasible
        Of `pace`.
    words : dict
        Of `analysis.pages.share.need_words`.
    within : float, part of 1
    notes : list of Sentence
    """
    if by_need.empty:
        return Answer([say("share.nothing_to_compare")])
    moved, status = Figure(moved_wan(by_need), "wan"), status_of(by_need, "change_wan")
    figures = [KeyFigure("moved", say("scenario_page.moved"), moved, status)]
    if len(mix):
        label, left = say("scenario_page.unexplained"), Figure(fit.moved_wan, "wan", 1)
        figures.append(KeyFigure("unexplained", label, left, status_of(mix, "weight")))
    if nearest.years is not None:
        label, count = say("scenario_page.years_label", within=_percent(within)), nearest.years
        figures.append(KeyFigure("years", label, Figure(count, "count"), "assumption"))
    rests_on = [status_of(by_need, "amount_wan"), status, "assumption"]
    return Answer([_proportional(by_need, words), formula], figures, notes, rests_on)


def moved_wan(table: pd.DataFrame) -> float:
    """Return the money that would move between units, 万元: the sum of all increases."""
    return float(table["change_wan"].clip(lower=0).sum())


def _proportional(by_need: pd.DataFrame, words: dict[str, object]) -> Sentence:
    gain, moved = by_need["change_wan"], moved_wan(by_need)
    if moved < CENT_WAN / 2:
        return say("scenario_page.answer_even", **words)
    most, least = gain.max(), gain.min()
    return say(
        "scenario_page.answer",
        moved=Figure(moved, "wan"),
        total=Figure(float(by_need["amount_wan"].sum()), "wan"),
        up=Units([str(code) for code in gain.index[gain == most]]),
        gain=Figure(float(most), "wan"),
        down=Units([str(code) for code in gain.index[gain == least]]),
        loss=Figure(-float(least), "wan"),
        **words,
    )


def formula_sentence(
    by_formula: pd.DataFrame, formula: Listed, bounds: pd.DataFrame, refusal: Sentence | None
) -> Sentence:
    """Say how much would move by the formula, or why there are no such amounts."""
    if by_formula.empty:
        return refusal or say("share.nothing_to_compare")
    moved, gain = moved_wan(by_formula), by_formula["change_wan"]
    if moved < CENT_WAN / 2:
        return say("scenario_page.formula_even", formula=formula)
    key = "scenario_page.formula_bounded" if len(bounds.columns) else "scenario_page.formula_free"
    more, less = int((gain > 0).sum()), int((gain < 0).sum())
    return say(key, formula=formula, moved=Figure(moved, "wan"), more=more, less=less)


def formula_notes(
    floor_share: float, ceiling_share: float, *, of_last_year: bool
) -> list[Sentence]:
    """Say that the formula is the user's choice, and which parts of what its bounds are."""
    base = Word("scenario_page.last_year" if of_last_year else "scenario_page.present")
    said = [say("scenario_page.formula_chosen")]
    if floor_share > 0:
        said.append(say("scenario_page.floor", part=_percent(floor_share), base=base))
    if ceiling_share > 0:
        said.append(say("scenario_page.ceiling", part=_percent(ceiling_share), base=base))
    return said


def bounds_note(by_formula: pd.DataFrame, exact: pd.Series) -> list[Sentence]:
    """Name the units whose amount by the formula stands at a bound, and whom the bounds turn.

    Parameters
    ----------
    by_formula : DataFrame, index unit_code
        Of `change_table`, joined with `bounds_table`.
    exact : Series, index unit_code, 万元
        Amounts by the formula without bounds.
    """
    if by_formula.empty:
        return []
    now, given = by_formula["amount_wan"], by_formula["formula_wan"]
    empty = pd.Series(math.nan, index=now.index)
    found = {
        "scenario_page.at_floor": given == by_formula.get("floor_wan", empty),
        "scenario_page.at_ceiling": given == by_formula.get("ceiling_wan", empty),
        "scenario_page.turned_to_loss": (exact > now) & (given < now),
        "scenario_page.turned_to_gain": (exact < now) & (given > now),
    }
    at_bounds = [each for each in list(found.values())[:2] if each.any()]
    return [
        say(key, units=Units([str(code) for code in now.index[where]], at_most=10))
        for key, where in found.items()
        if where.any() and at_bounds
    ] or [say("scenario_page.no_bounds")]


def methods_sentence(methods: pd.DataFrame) -> Sentence:
    """Say whether the ways of making amounts whole in `method_table` differ."""
    if methods.empty:
        return say("share.nothing_to_compare")
    apart = methods.max(axis=1) - methods.min(axis=1)
    most = float(apart.max())
    if most < CENT_WAN / 2:
        return say("scenario_page.methods_same")
    shown = Figure(most, "wan") if most >= SHOWN_WAN else Figure(most * 10_000, "one", 2)
    return say("scenario_page.methods_differ", count=int((apart > 0).sum()), most=shown)


def implied_sentences(mix: pd.DataFrame, fit: ImpliedFit, labels: Labels) -> list[Sentence]:
    """Say whether a mix of measures gives the amounts, and which; nothing where there is none."""
    if mix.empty:
        return []
    part = Figure(fit.moved_wan / float(fit.formula_wan.sum()), "percent")
    misfit: dict[str, object] = {"moved": Figure(fit.moved_wan, "wan", 1), "part": part}
    if mix["identifiable"].eq("no").any():
        return [say("scenario_page.implied_open", **misfit)]
    if fit.beyond_rounding_wan == 0:
        return [say("scenario_page.implied_exact", mix=mix_words(mix["weight"], labels))]
    return [say("scenario_page.implied_near", mix=mix_words(mix["weight"], labels), **misfit)]


def implied_note(mix: pd.DataFrame, fit: ImpliedFit) -> list[Sentence]:
    """Say what the interval of a weight means, and from how many units it was found."""
    if mix.empty:
        return []
    said = [say("scenario_page.implied_interval", measures=len(mix), units=len(fit.formula_wan))]
    if fit.beyond_rounding_wan > 0:
        said.append(say("scenario_page.implied_narrow"))
    return said


def pace_sentence(nearest: NearestFeasible, path: pd.DataFrame, **settings: float) -> Sentence:
    """Say how many years it takes at least to bring every unit near its target."""
    words = pace_words(**settings)
    if path.index.empty:
        return say("share.nothing_to_compare")
    if nearest.years is None:
        return say("scenario_page.pace_never", most=MOST_YEARS, **words)
    if nearest.years == 0:
        return say("scenario_page.pace_now", **words)
    return say("scenario_page.pace_answer", years=_years(nearest.years), **words)


def pace_note(
    nearest: NearestFeasible, path: pd.DataFrame, years: int
) -> tuple[list[Sentence], list[Sentence]]:
    """Say whether the years asked for are enough; and, as points, which settings would be."""
    if path.index.empty:
        return [], []
    if len(path.columns) and int(path.columns[-1]) == years:
        return [say("scenario_page.wanted_years", years=_years(years))], []
    ways = []
    if nearest.years is not None:
        ways.append(say("scenario_page.way_years", years=_years(nearest.years)))
    if nearest.max_cut is not None:
        ways.append(say("scenario_page.way_max_cut", max_cut=_percent(nearest.max_cut)))
    if nearest.within is not None:
        ways.append(say("scenario_page.way_within", within=_percent(nearest.within)))
    key = "scenario_page.not_in_years" if ways else "scenario_page.no_way"
    return [say(key, years=_years(years))], ways


def pace_labels(table: pd.DataFrame) -> dict[str, Sentence]:
    """Return the heads of the years in `pace_table`, and of the target in the last of them."""
    years = [int(str(name).removeprefix("year_")) for name in table if "year_" in str(name)]
    heads = {f"year_{year}": say("scenario_page.year", year=year) for year in years}
    return heads | {"target_wan": say("scenario_page.target", year=max(years, default=0))}


def pace_words(*, growth: float, within: float, max_cut: float) -> dict[str, object]:
    """Return the settings of a path as they stand in a sentence."""
    signed = f"{growth * 100:+.4g}%".replace("-", "\N{MINUS SIGN}")
    return {"growth": signed, "within": _percent(within), "max_cut": _percent(max_cut)}


def measures_source(
    case: Case, measures: pd.DataFrame, labels: Labels, weights: str = ""
) -> Sentence:
    """Return where a chart's figures come from: the notice, and measures with their statuses.

    `weights` says that they are ``chosen`` by the user, or ``open``; by default they are fitted.
    """
    used: list[object] = []
    for name in measures:
        status = status_word(status_of(measures, str(name)))
        stated = say("scenario_page.measure_status", name=labels[str(name)], status=status)
        used.append(labels[EQUAL] if name == EQUAL else stated)
    keys = {"chosen": "scenario_page.source_chosen", "open": "scenario_page.source_open"}
    return say(
        keys.get(weights, "scenario_page.source"),
        document=case.document,
        money=status_word(case.money_status),
        measures=Listed(used),
    )


def _status(money: pd.Series, measures: pd.DataFrame, at_least: str) -> str | None:
    of_measures = [status_of(measures, str(name)) for name in measures]
    return weakest([status_of(money), *of_measures], at_least=at_least)


def _in_wan(units: object, unit_wan: float) -> np.ndarray:
    """Return whole units of account as 万元."""
    whole = np.asarray(units, dtype=float)
    # Divided where the unit is a fraction: 0.000001 has no exact binary form, its inverse has.
    return whole / round(1 / unit_wan) if unit_wan < 1 else whole * unit_wan


def _percent(part: float) -> Figure:
    """Return a setting with the decimals it was given with, four at most."""
    text = f"{part * 100:.4f}".rstrip("0")
    return Figure(part, "percent", len(text.partition(".")[2]))


def _years(count: int) -> Sentence:
    return say("scenario_page.one_year" if count == 1 else "scenario_page.years", count=count)
