"""Does each unit's share of the money match its share of the need? What a page says about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import inequality
from analysis.case import Case
from analysis.statuses import status_of, weakest, with_status
from analysis.verdicts import FIRM, units_with
from analysis.words.answer import Answer, KeyFigure
from analysis.words.columns import per_head_digits
from analysis.words.sentence import (
    ByLanguage,
    Figure,
    Sentence,
    Units,
    group_word,
    say,
    status_word,
)

# Below this part of the money, what would have to move prints as 0.0 %.
EVEN = 0.0005
# Below this many people one household more or less changes a ratio by a per cent or more.
MIN_PEOPLE_FOR_RATIO = 100
# Where rounding of the money alone can move a ratio by more than this, it is told.
COARSE_ROUNDING = 0.05


def is_comparable(shares: pd.DataFrame) -> bool:
    """Tell whether at least two units have a ratio of money to need."""
    return int(shares["ratio"].notna().sum()) > 1


def share_answer(
    money: pd.Series,
    need: pd.DataFrame,
    shares: pd.DataFrame,
    doubt: pd.DataFrame,
    verdicts: pd.DataFrame,
    ratios: pd.DataFrame,
    *,
    group: str,
) -> Answer:
    """Say who gets less and who more than in proportion to need.

    Parameters
    ----------
    money : Series, index unit_code, 万元
    need : DataFrame, index unit_code
        Of `Case.people`.
    shares, doubt, verdicts : DataFrame, index unit_code
        Of `share_table`, `share_uncertainty` and `ratio_verdicts`.
    ratios : DataFrame, index unit_code, one column a need group
    group : str
        The need group that `need` counts.
    """
    words = need_words(need, group)
    if not is_comparable(shares):
        return _answer_alone(money, shares, group, words)
    statuses = [status_of(money), *(status_of(ratios, str(name)) for name in ratios)]
    moved = hoover(money, need)
    both = weakest([status_of(money), status_of(need, "persons")], at_least="computed")
    figures = [
        KeyFigure("hoover", say("share.hoover"), Figure(moved, "percent"), both),
        *ends_of_ratio(shares, doubt),
    ]
    sentences = _verdict_sentences(shares, verdicts, ratios, moved, words)
    return Answer(sentences[:2], figures, sentences[2:], statuses)


def _verdict_sentences(
    shares: pd.DataFrame,
    verdicts: pd.DataFrame,
    ratios: pd.DataFrame,
    moved: float,
    words: dict[str, object],
) -> list[Sentence]:
    """Return what is concluded, the most important first, each once."""
    ratio = shares["ratio"].dropna()
    below, above, even = (units_with(verdicts, ratio, verdict) for verdict in FIRM)
    if moved < EVEN and not (below or above):
        rest = ratios.loc[ratio.index]
        everywhere = bool(((rest - 1).abs().lt(EVEN) | rest.isna()).all(axis=None))
        key = "share.answer_even" if everywhere else "share.answer_even_here"
        return [say(key, **words), *_reasons(verdicts, ratio, words)]
    is_open = units_with(verdicts, ratio, "open_group", "open_need", "open_rounding")
    said = [_concluded(below, above, words)]
    lowest = str(ratio.idxmin())
    if is_open and (below or above):
        key = "share.open_lowest" if lowest in is_open else "share.open"
        others = {"lowest": Units([lowest])} if lowest in is_open else {}
        said.append(say(key, units=Units(is_open), count=len(is_open), **others))
    if even:
        said.append(say("share.even", units=Units(even)))
    said += _reasons(verdicts, ratio, words)
    if (below or above) and ratios.shape[1] > 1:
        said.append(say("share.agreed", units=Units([*below, *above]), count=ratios.shape[1]))
    return said


def _reasons(verdicts: pd.DataFrame, ratio: pd.Series, words: dict[str, object]) -> list[Sentence]:
    """Say of the units of which nothing is concluded what it hangs on."""
    said = []
    for verdict, key in (
        ("open_group", "share.open_group"),
        ("open_need", "share.open_need"),
        ("open_rounding", "share.open_rounding"),
    ):
        if codes := units_with(verdicts, ratio, verdict):
            said.append(say(key, units=Units(codes), **words))
    return said


def _concluded(below: list[str], above: list[str], words: dict[str, object]) -> Sentence:
    if below and above:
        return say("share.answer_both", below=Units(below), above=Units(above), **words)
    if below:
        return say("share.answer_below", below=Units(below), **words)
    if above:
        return say("share.answer_above", above=Units(above), **words)
    return say("share.answer_open", **words)


def ends_of_ratio(shares: pd.DataFrame, doubt: pd.DataFrame) -> list[KeyFigure]:
    """Return the lowest and the highest ratio as figures; none where they print alike."""
    ratio = shares["ratio"].dropna()
    found: list[KeyFigure] = []
    if round(ratio.min(), 2) == round(ratio.max(), 2):
        return found
    for key, label, code in (
        ("bottom_ratio", "share.lowest_ratio", ratio.idxmin()),
        ("top_ratio", "share.highest_ratio", ratio.idxmax()),
    ):
        said = say(label, unit=Units([str(code)]))
        found.append(ratio_figure(key, said, str(code), shares, doubt))
    return found


def ratio_figure(
    key: str,
    label: Sentence,
    code: str,
    shares: pd.DataFrame,
    doubt: pd.DataFrame,
    verdict: str | None = None,
) -> KeyFigure:
    """Return a unit's ratio, with its interval where two decimals tell its ends apart."""
    low, high = (float(doubt[f"ratio_{end}"][code]) for end in ("low", "high"))
    value = Figure(float(shares["ratio"][code]), "ratio")
    figure = KeyFigure(key, label, value, status_of(shares, "ratio"), verdict=verdict)
    return figure if round(low, 2) == round(high, 2) else replace(figure, low=low, high=high)


def per_head_figure(code: str, shares: pd.DataFrame, group: str) -> KeyFigure:
    """Return a unit's amount per person, or per household, as a figure of a first screen."""
    amount = float(shares["yuan_per_person"][code])
    of_households = group.endswith("_households")
    label = say("column.yuan_per_household" if of_households else "column.yuan_per_person")
    value = Figure(amount, "one", per_head_digits([amount]))
    return KeyFigure("per_person", label, value, status_of(shares, "yuan_per_person"))


def hoover(money: pd.Series, need: pd.DataFrame) -> float:
    """Return the part of the money that would have to move to be proportional to need."""
    persons = need["persons"].astype(float).dropna()
    return inequality.hoover(money.reindex(persons.index), persons)


def need_words(need: pd.DataFrame, group: str) -> dict[str, object]:
    """Return the need group and its status as they stand in a sentence."""
    status = status_of(need, "persons") if len(need) else "official"
    return {"group": group_word(group), "status": status_word(status)}


def share_notes(case: Case, group: str) -> list[Sentence]:
    """Return what a reader must know of a case's counts before using the figures."""
    said = []
    if group and case.aided_group() is None:
        said.append(say("share.no_aided", group=group_word(group)))
    elif group and group == case.aided_group() and case.people_status(group) == "estimate":
        total = case.people(group)[["persons", "low", "high"]].sum()
        total.index = ["count", "low", "high"]
        figures = {str(end): Figure(float(value), "count") for end, value in total.items()}
        of_people = case.counted_in(group) == "persons"
        key = "share.aided_estimate" if of_people else "share.households_estimate"
        said.append(say(key, **figures))
    return [*said, *caveats(case)]


def caveats(case: Case) -> list[Sentence]:
    """Return what the case itself says a reader must know."""
    pairs = zip(case.caveats["zh"], case.caveats["en"], strict=False)
    return [say("page.as_it_is", text=ByLanguage(zh, en)) for zh, en in pairs]


def apart_note(money: pd.Series, shares: pd.DataFrame) -> Sentence:
    """Name the units that are not compared, having no count of people in need."""
    apart = [str(code) for code in shares.index[shares["need_share"].isna()]]
    if not apart:
        return say("share.none_apart")
    total = Figure(float(money[apart].sum()), "wan")
    return say("share.apart", units=Units(apart), amount=total)


def small_numbers(
    money: pd.Series, need: pd.DataFrame, rounding_wan: pd.Series, *, households: bool = False
) -> list[Sentence]:
    """Warn of units whose figures rest on few people or on coarsely rounded money."""
    persons = need["persons"].astype(float)
    if not persons.sum() > 0:
        return [say("share.nothing_to_compare")]
    few = persons.index[(persons > 0) & (persons < MIN_PEOPLE_FOR_RATIO)]
    given = money.reindex(persons.index)
    part = rounding_wan.reindex(persons.index) / 2 / given.where(given > 0)
    coarse = part.index[part > COARSE_ROUNDING]
    said = []
    if len(few):
        least = Figure(MIN_PEOPLE_FOR_RATIO, "households" if households else "persons")
        said.append(say("share.few_people", units=Units(list(few)), few=least))
    if len(coarse):
        most = Figure(float(part.max()), "percent", 0)
        said.append(say("share.coarse", units=Units(list(coarse)), most=most))
    return said or [say("share.no_small_numbers")]


def subgroup_table(money: pd.Series, need: pd.Series, kinds: pd.Series) -> pd.DataFrame:
    """Return how much of the inequality lies between kinds of units, and within each.

    Parameters
    ----------
    money, need, kinds : Series, index unit_code
        万元; persons or households; the kind of each unit.

    Returns
    -------
    DataFrame, index: each kind, then ``between`` and ``total``
        ``units``, ``share``, ``need_share``, ``theil_t_within``, ``theil_l_within``. Empty where
        the units are not sorted into two kinds or more.
    """
    columns = ["units", "share", "need_share", "theil_t_within", "theil_l_within"]
    known = need.dropna().index
    sorted_kinds = kinds.reindex(known)
    if sorted_kinds.isna().any() or sorted_kinds.nunique() < 2:
        return pd.DataFrame(columns=columns)
    parts = inequality.theil_decomposition(money[known], need[known], sorted_kinds)
    # In the order of the units: that of names differs between languages.
    table = parts.groups.loc[sorted_kinds.unique(), columns]
    measures = parts.measures
    rest = pd.DataFrame(
        {
            f"{measure}_within": measures.loc[measure, ["between", "total"]]
            for measure in ("theil_t", "theil_l")
        }
    )
    rest.loc["total", ["units", "share", "need_share"]] = [len(known), 1.0, 1.0]
    both = weakest([status_of(money), status_of(need)], at_least="computed")
    return with_status(pd.concat([table, rest]).rename_axis("subgroup"), both)


def rural_part(case: Case, need: pd.DataFrame) -> pd.Series | None:
    """Return the rural part of each unit's residents: what the concentration index ranks by.

    Parameters
    ----------
    case : Case
    need : DataFrame, index unit_code
        Of `Case.people`: the units that are compared.

    Returns
    -------
    Series, index unit_code, parts of 1, or None unless the case has it for all of them
    """
    if not {"rural", "resident"} <= set(case.groups()):
        return None
    rural, resident = (case.people(group)["persons"] for group in ("rural", "resident"))
    part = (rural / resident).reindex(need.index).rename("rural_part")
    status = weakest([status_of(rural), status_of(resident)], at_least="computed")
    return None if part.isna().any() else with_status(part, status)


def what_if_note(
    unit: str, amount_wan: pd.Series, before: pd.DataFrame, after: pd.DataFrame
) -> Sentence:
    """Say what a changed amount does to a unit's ratio of money to need.

    Parameters
    ----------
    unit : str
        Code of the unit whose amount was changed.
    amount_wan : Series, index unit_code, 万元
        After the change.
    before, after : DataFrame, index unit_code
        Of `share_table`.
    """
    was, now = (float(each["ratio"][unit]) for each in (before, after))
    if not (np.isfinite(was) and np.isfinite(now)):
        return say("share.nothing_to_compare")
    return say(
        "share.what_if",
        unit=Units([unit]),
        amount=Figure(float(amount_wan[unit]), "wan"),
        before=Figure(was, "ratio"),
        after=Figure(now, "ratio"),
        status=status_word(status_of(after, "ratio")),
    )


def _answer_alone(
    money: pd.Series, shares: pd.DataFrame, group: str, words: dict[str, object]
) -> Answer:
    """Say what there is to say where no two units can be compared."""
    total = Figure(float(money.sum()), "wan")
    figures = [KeyFigure("total", say("share.total"), total, status_of(money))]
    known = shares["yuan_per_person"].dropna()
    if known.empty or not np.isfinite(known.iloc[0]):
        none = say("share.answer_none", total=total)
        said = none if total.value else say("share.answer_no_money")
        return Answer([said], figures, rests_on=[status_of(money)])
    code = str(known.index[0])
    each = per_head_figure(code, shares, group)
    amount = Figure(float(money[code]), "wan")
    said = say(
        "share.answer_single", unit=Units([code]), amount=amount, per_head=each.value, **words
    )
    return Answer([said], [*figures, each], rests_on=[status_of(money), each.status])
