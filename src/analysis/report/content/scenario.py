"""What rule would have given these amounts, and what another rule would give: the answer."""

from __future__ import annotations

from analysis.report import formats
from analysis.report.content import share
from analysis.report.content.implied_view import ImpliedView
from analysis.report.content.pace_view import PaceView, years_text
from analysis.report.content.scenario_view import ScenarioView, by_method, unit_wan
from analysis.report.content.share import named, need_words
from analysis.report.content.wording import money, sentences
from analysis.report.display import Headline
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.words import catalogue


def headline(
    view: ScenarioView, implied: ImpliedView | Note, pace: PaceView | Note, results: Results
) -> Headline:
    """Record the key figures and return the first screen of notebook 05."""
    words = catalogue(view.lang)
    if not view.possible:
        return share.headline(view.share, results)
    results.number(
        "moved",
        moved_wan(view),
        unit="wan",
        status=view.share.status,
        label=words("scenario.moved_label"),
    )
    keys, said = ["moved"], []
    if not isinstance(implied, Note):
        results.number(
            "unexplained",
            implied.fit.moved_wan,
            unit="wan",
            status=implied.status,
            label=words("scenario.unexplained_label"),
        )
        keys.append("unexplained")
        said.append(implied.answer())
    if not isinstance(pace, Note):
        if pace.years is not None:
            label = words("scenario.years_label", **pace.settings)
            results.number("years", pace.years, unit="count", status=pace.status, label=label)
            keys.append("years")
        said.append(pace.answer())
    said += [formula_note(view), *share.notes(view.share)]
    return results.headline(answer(view), keys, notes=said)


def moved_wan(view: ScenarioView) -> float:
    """Return the money that would have to move to be proportional, in whole units, 万元."""
    change = view.table["proportional_wan"] - view.table["amount_wan"]
    return float(change.clip(lower=0).sum())


def answer(view: ScenarioView) -> str:
    """Say how much would have to move to be proportional, and who would gain and lose most."""
    words = catalogue(view.lang)
    change = view.table["proportional_wan"] - view.table["amount_wan"]
    moved = moved_wan(view)
    if moved == 0:
        return words("scenario.answer_even", **need_words(view.share))
    up, down = str(change.idxmax()), str(change.idxmin())
    return words(
        "scenario.answer",
        moved=money(moved, view.case, view.lang),
        part=f"{moved / view.table['amount_wan'].sum() * 100:.1f}",
        up=view.share.names[up],
        gain=money(change[up], view.case, view.lang),
        down=view.share.names[down],
        loss=money(-change[down], view.case, view.lang),
        **need_words(view.share),
    )


def formula_text(view: ScenarioView) -> str:
    """Write the formula as a reader sees it."""
    words = catalogue(view.lang)
    parts = [
        words("scenario.weight", name=view.measures.labels[str(name)], part=f"{weight * 100:.4g}")
        for name, weight in view.weights.items()
        if weight > 0
    ]
    return words("share.name_join").join(parts)


def formula_note(view: ScenarioView) -> str:
    """Say that the formula is the analyst's choice, and what bounds it keeps."""
    words = catalogue(view.lang)
    texts = [words("scenario.formula_note", formula=formula_text(view))]
    base = "last_year" if view.case.earlier_wan("last_year") is not None else "present"
    for name in ("floor", "ceiling"):
        part = getattr(view, f"{name}_share")
        if part > 0:
            said = {"part": f"{part * 100:.4g}", "base": words(f"scenario.base_{base}")}
            texts.append(words(f"scenario.{name}_note", **said))
    if view.refusal is not None:
        texts.append(words("scenario.no_such_amounts"))
    return sentences(texts, view.lang)


def methods_note(view: ScenarioView) -> Note:
    """Say by which method amounts are made whole, and whether another gives the same."""
    words = catalogue(view.lang)
    if not view.possible:
        return Note(words("share.nothing_to_compare"))
    amounts = by_method(view)
    apart = amounts.max(axis=1) - amounts.min(axis=1)
    said = words("scenario.methods_same")
    if (apart > 0).any():
        digits = 0 if unit_wan(view.case) * 10_000 >= 1 else 2
        most = formats.number(apart.max() * 10_000, "one", view.lang, view.case.currency, digits)
        said = words("scenario.methods_differ", count=int((apart > 0).sum()), most=most)
    return Note(sentences([said, words(f"scenario.method_{view.method}")], view.lang))


def bound_units(view: ScenarioView) -> Note:
    """Name the units whose amount by formula stands at one of its bounds."""
    words = catalogue(view.lang)
    if view.refusal is not None:
        return view.refusal
    items = []
    for name in ("floor", "ceiling"):
        codes = list(view.table.index[view.table["formula_wan"] == view.table[f"{name}_wan"]])
        if codes:
            items.append(words(f"scenario.at_{name}", names=named(view.share, codes)))
    return Note(words("scenario.bounds" if items else "scenario.no_bounds"), tuple(items))


def implied_note(found: ImpliedView | Note) -> Note:
    """Say what the interval of a weight means, and from how many units it was found."""
    if isinstance(found, Note):
        return found
    words = catalogue(found.view.lang)
    said = {"measures": len(found.names), "units": f"{found.units:,}"}
    texts = [words("scenario.implied_note", **said)]
    if found.fit.beyond_rounding_wan > 0:
        texts.append(words("scenario.implied_narrow"))
    return Note(sentences(texts, found.view.lang))


def sensitivity_note(lang: str) -> Note:
    """Say how to read the indices."""
    return Note(catalogue(lang)("scenario.sobol_note"))


def pace_note(found: PaceView | Note) -> Note:
    """Say whether the years asked for are enough, and which settings would be."""
    if isinstance(found, Note):
        return found
    words = catalogue(found.view.lang)
    wanted = years_text(found.wanted, found.view.lang)
    if found.enough:
        return Note(words("scenario.wanted_years", years=wanted))
    ways = {"years": found.years, "max_cut": found.nearest.max_cut, "within": found.nearest.within}
    items = [
        _way(name, value, found.view.lang) for name, value in ways.items() if value is not None
    ]
    return Note(
        words("scenario.not_in_years" if items else "scenario.no_way", years=wanted), tuple(items)
    )


def _way(setting: str, value: float, lang: str) -> str:
    said = years_text(int(value), lang) if setting == "years" else f"{value * 100:.4g}%"
    return catalogue(lang)(f"scenario.way_{setting}", value=said)
