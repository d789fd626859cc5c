"""Share of the money beside share of need: the answer, and what to know before using it."""

from __future__ import annotations

from analysis import inequality
from analysis.report import formats
from analysis.report.content.share_view import FIRM, ShareView, rounded_to, share_view
from analysis.report.content.wording import (
    group_name,
    listed,
    money,
    per_person_digits,
)
from analysis.report.display import Headline
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.words import catalogue

__all__ = ["ShareView", "share_view"]

# Below this part of the money, what would have to move prints as 0.0 %.
EVEN = 0.0005
# Below this many people one household more or less changes a ratio by a per cent or more.
FEW = 100
# Where rounding of the money alone can move a ratio by more than this, it is told.
COARSE = 0.05


def headline(view: ShareView, results: Results) -> Headline:
    """Record the key figures and return the first screen of notebook 02."""
    words = catalogue(view.lang)
    results.use(view.used_statuses)
    if not view.comparable:
        return results.headline(answer(view), _single_keys(view, results), notes=notes(view))
    said = [*further(view), *notes(view)]
    record_hoover(view, results)
    for key, code in (("bottom", view.ranked.index[0]), ("top", view.ranked.index[-1])):
        low, high = ratio_range(view, str(code))
        results.number(
            f"{key}_ratio",
            view.ranked[code],
            unit="ratio",
            status=view.status,
            label=words(f"share.{key}_label", name=view.names[code]),
            low=low,
            high=high,
        )
    return results.headline(answer(view), ["hoover", "bottom_ratio", "top_ratio"], notes=said)


def ratio_range(view: ShareView, code: str) -> tuple[float, float] | tuple[None, None]:
    """Return the ends of the interval of a unit's ratio, where two decimals tell them apart."""
    low, high = (view.doubt_of(code, f"ratio_{end}") for end in ("low", "high"))
    return (low, high) if round(low, 2) != round(high, 2) else (None, None)


def record_hoover(view: ShareView, results: Results) -> None:
    """Record the share of the money that would have to move."""
    results.number(
        "hoover",
        hoover(view),
        unit="percent",
        status=view.status,
        label=catalogue(view.lang)("share.hoover_label"),
    )


def hoover(view: ShareView) -> float:
    """Return the part of the money that would have to move to be proportional."""
    return inequality.hoover(view.compared["amount_wan"], view.compared["persons"])


def _single_keys(view: ShareView, results: Results) -> list[str]:
    words = catalogue(view.lang)
    total = view.case.amount_wan().sum()
    results.number(
        "total",
        total,
        unit="wan",
        status=view.case.money_status,
        label=words("unit_page.amount_label"),
    )
    if not len(view.ranked):
        return ["total"]
    value = view.value(str(view.ranked.index[0]), "yuan_per_person")
    results.number(
        "per_person",
        value,
        unit="one",
        status=view.status,
        label=words("term.yuan_per_person"),
        digits=per_person_digits(value),
    )
    return ["total", "per_person"]


def answer(view: ShareView) -> str:
    """Say, in one sentence, who gets less and who more than a proportional share."""
    words = catalogue(view.lang)
    if not view.comparable:
        return _answer_alone(view)
    if hoover(view) < EVEN:
        rest = view.ratios.loc[view.ranked.index]
        agreed = bool(((rest - 1).abs() < EVEN).to_numpy()[rest.notna().to_numpy()].all())
        return words(f"share.answer_even{'' if agreed else '_here'}", **need_words(view))
    firm = _firm(view)
    if not set(firm) - {"even"}:
        return words("share.answer_open", **need_words(view))
    clauses = [words(f"share.{verdict}", names=named(view, firm[verdict])) for verdict in firm]
    said = words("share.clause_join").join(clauses)
    return words("share.answer", clauses=said, **need_words(view))


def further(view: ShareView) -> list[str]:
    """Say whether every need group agrees with the answer, and of whom it says nothing."""
    words = catalogue(view.lang)
    if not view.comparable or hoover(view) < EVEN:
        return []
    firm, said = _firm(view), []
    if firm and view.ratios.shape[1] > 1:
        said.append(_agreed(view, [code for codes in firm.values() for code in codes]))
    if not set(firm) - {"even"} and firm:
        said.insert(0, words("share.note_even", names=named(view, firm["even"])))
    for verdict in ("mixed", "need", "rounding"):
        if codes := view.units_with(verdict):
            names = named(view, codes)
            said.append(words(f"share.{verdict}", names=names, **need_words(view)))
    return said


def _firm(view: ShareView) -> dict[str, list[str]]:
    """Return the units of which something is concluded, by verdict."""
    return {v: codes for v in FIRM if (codes := view.units_with(v))}


def _answer_alone(view: ShareView) -> str:
    """Say what there is to say where no two units can be compared."""
    words = catalogue(view.lang)
    if not len(view.ranked):
        total = money(view.case.amount_wan().sum(), view.case, view.lang)
        return words("share.answer_none", total=total)
    code = str(view.ranked.index[0])
    return words(
        "share.answer_single",
        name=view.names[code],
        amount=money(view.value(code, "amount_wan"), view.case, view.lang),
        per_person=per_person(view.value(code, "yuan_per_person"), view),
        **need_words(view),
    )


def _agreed(view: ShareView, codes: list[str]) -> str:
    """Say that the need groups agree; only those count in which a unit has people."""
    everywhere = bool(view.ratios.loc[codes].notna().all(axis=None))
    words = catalogue(view.lang)
    if everywhere:
        return words("share.agreed", count=view.ratios.shape[1])
    return words("share.agreed_known")


def named(view: ShareView, codes: list[str]) -> str:
    """Return the names of units as a sentence lists them."""
    return listed([str(view.names[code]) for code in codes], view.lang)


def per_person(amount: float, view: ShareView) -> str:
    """Write an amount per person for a sentence."""
    return formats.number(amount, "one", view.lang, view.case.currency, per_person_digits(amount))


def need_words(view: ShareView) -> dict[str, str]:
    """Return the need group and its status as they stand in a sentence."""
    words = catalogue(view.lang)
    return {
        "group": group_name(view.group, view.lang),
        "status": words(f"status.{view.need_status}"),
        "each": words(f"share.each_{view.counted_in}"),
    }


def notes(view: ShareView) -> list[str]:
    """Return what a reader must know before using the figures."""
    words = catalogue(view.lang)
    texts = []
    if view.group and view.case.aided_group() is None:
        texts.append(words("share.no_aided", group=group_name(view.group, view.lang)))
    elif view.group == view.case.aided_group() and view.status == "estimate":
        people = view.case.people_total(view.group)
        count, low, high = (f"{people[name]:,.0f}" for name in ("persons", "low", "high"))
        texts.append(words("share.aided_estimate", count=count, low=low, high=high))
    return [*texts, *view.case.caveats[view.lang]]


def apart_note(view: ShareView) -> Note:
    """Name the units that are shown apart, having no population."""
    words = catalogue(view.lang)
    apart = view.apart
    if apart.empty:
        return Note(words("share.none_apart"))
    total = money(apart["amount_wan"].sum(), view.case, view.lang)
    return Note(words("share.apart", names=named(view, list(apart.index)), amount=total))


def small_numbers(view: ShareView) -> Note:
    """Warn of units whose figures rest on few people or on coarsely rounded money."""
    words = catalogue(view.lang)
    counted = view.compared
    few = counted.index[(counted["persons"] > 0) & (counted["persons"] < FEW)]
    given = counted["amount_wan"].where(counted["amount_wan"] > 0)
    part = rounded_to(view.case).reindex(counted.index) / 2 / given
    coarse = part.index[part > COARSE]
    items = []
    if len(few):
        counted_in = words(f"unit.{view.counted_in}")
        names = named(view, list(few))
        items.append(words("share.few_people", names=names, few=FEW, counted_in=counted_in))
    if len(coarse):
        most = f"{part.max() * 100:.0f}"
        items.append(words("share.coarse", names=named(view, list(coarse)), most=most))
    return Note(words("share.small_numbers" if items else "share.no_small_numbers"), tuple(items))
