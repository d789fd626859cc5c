"""Share of the money beside share of need, as the notebooks show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import inequality
from analysis.figures import shares as draw
from analysis.figures.style import Chart
from analysis.reports import formats
from analysis.reports.content.share_view import ShareView, share_view
from analysis.reports.content.wording import (
    group_name,
    listed,
    money,
    per_person_digits,
    sentences,
)
from analysis.reports.display import Column, Headline, Table
from analysis.reports.note import Note
from analysis.reports.results import Results
from analysis.reports.status import in_order
from analysis.words import catalogue

__all__ = ["ShareView", "share_view"]

# Below this part of the money, what would have to move prints as 0.0 %.
EVEN = 0.0005


def headline(view: ShareView, results: Results) -> Headline:
    """Record the key figures and return the first screen of notebook 02."""
    words = catalogue(view.lang)
    results.use(view.group_statuses.values())
    if not view.comparable:
        return results.headline(answer(view), _single_keys(view, results), notes=notes(view))
    record_hoover(view, results)
    for key, code in (("bottom", view.ranked.index[0]), ("top", view.ranked.index[-1])):
        results.number(
            f"{key}_ratio",
            view.ranked[code],
            unit="ratio",
            status=view.status,
            label=words(f"share.{key}_label", name=view.names[code]),
        )
    return results.headline(
        answer(view), ["hoover", "bottom_ratio", "top_ratio"], notes=notes(view)
    )


def record_hoover(view: ShareView, results: Results) -> None:
    """Record the share of the money that would have to move."""
    results.number(
        "hoover",
        _hoover(view),
        unit="percent",
        status=view.status,
        label=catalogue(view.lang)("share.hoover_label"),
    )


def _hoover(view: ShareView) -> float:
    return inequality.hoover(view.compared["amount_wan"], view.compared["persons"])


def _single_keys(view: ShareView, results: Results) -> list[str]:
    words = catalogue(view.lang)
    total = view.case.amount_wan().sum()
    results.number("total", total, unit="wan", status="official", label=words("term.allocation"))
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
    """Say for whom the money falls short of need, and whether every need group agrees."""
    words = catalogue(view.lang)
    if not view.comparable:
        return _answer_alone(view)
    if _hoover(view) < EVEN:
        rest = view.ratios.loc[view.ranked.index]
        agreed = bool(((rest - 1).abs() < EVEN).to_numpy()[rest.notna().to_numpy()].all())
        return words(f"share.answer_even{'' if agreed else '_here'}", **need_words(view))
    said = {verdict: view.units_with(verdict) for verdict in ("below", "above", "even", "mixed")}
    firm = {verdict: codes for verdict, codes in said.items() if codes and verdict != "mixed"}
    clauses = [words(f"share.{verdict}", names=_named(view, firm[verdict])) for verdict in firm]
    if clauses and view.ratios.shape[1] > 1:
        clauses[-1] = sentences(
            [clauses[-1], _agreed(view, [code for codes in firm.values() for code in codes])],
            view.lang,
        )
    if said["mixed"]:
        clauses.append(words("share.mixed", names=_named(view, said["mixed"])))
    said_all = words("share.clause_join").join(clauses)
    return words("share.answer", clauses=said_all, **need_words(view))


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


def _named(view: ShareView, codes: list[str]) -> str:
    return listed([str(view.names[code]) for code in codes], view.lang)


def per_person(amount: float, view: ShareView) -> str:
    """Write an amount per person for a sentence."""
    return formats.number(amount, "one", view.lang, view.case.currency, per_person_digits(amount))


def need_words(view: ShareView) -> dict[str, str]:
    """Return the need group and its status as they stand in a sentence."""
    status = catalogue(view.lang)(f"status.{view.status}")
    return {"group": group_name(view.group, view.lang), "status": status}


def notes(view: ShareView) -> list[str]:
    """Return what a reader must know before using the figures."""
    words = catalogue(view.lang)
    texts = []
    if view.group and "aided" not in view.case.groups():
        texts.append(words("share.no_aided", group=group_name(view.group, view.lang)))
    elif view.group == "aided" and view.status == "estimate":
        people = view.case.people("aided")[["persons", "low", "high"]].sum()
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
    return Note(words("share.apart", names=_named(view, list(apart.index)), amount=total))


def comparison_table(view: ShareView, results: Results) -> Table:
    """Record and show the share table, the highest ratio first, units without need last."""
    words = catalogue(view.lang)
    frame = view.table.assign(name=view.names)
    frame = frame.sort_values("ratio", ascending=False, kind="stable", na_position="last")
    term = {key: words(f"term.{key}") for key in ("share", "need_share", "ratio", "gap")}
    group = group_name(view.group, view.lang) or words("share.no_group")
    least = view.table["yuan_per_person"].replace(np.inf, np.nan).median()
    columns = {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("share.unit")),
        "amount_wan": Column(words("share.amount"), "wan", status="official"),
        "persons": Column(words("share.need_persons", group=group), "persons"),
        "share": Column(term["share"], "percent"),
        "need_share": Column(term["need_share"], "percent"),
        "ratio": Column(term["ratio"], "ratio"),
        "yuan_per_person": Column(
            words("term.yuan_per_person"), "one", digits=max(1, per_person_digits(least))
        ),
        "gap_wan": Column(term["gap"], "wan", digits=1),
    }
    return results.table(
        "shares",
        frame,
        caption=words("share.table_caption", group=group),
        columns=columns,
        status=view.status,
    )


def group_table(view: ShareView, results: Results) -> Table | Note:
    """Record and show the ratio of shares under every need group."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    frame = view.ratios.assign(name=view.names)
    statuses = view.group_statuses
    columns = {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("share.unit")),
    }
    columns |= {
        name: Column(group_name(name, view.lang), "ratio", status=status)
        for name, status in statuses.items()
    }
    return results.table(
        "ratios",
        frame.loc[view.compared["ratio"].sort_values(ascending=False, kind="stable").index],
        caption=words("share.groups_caption"),
        columns=columns,
        status=in_order(statuses.values())[-1],
    )


def measure_table(view: ShareView, results: Results) -> Table | Note:
    """Record and show the inequality measures of the allocation."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    amount, need = view.compared["amount_wan"], view.compared["persons"]
    rows = [
        {
            "key": name,
            "measure": words(f"term.{name}"),
            "value": getattr(inequality, name)(amount, need),
            "meaning": words(f"share.{name}_meaning"),
        }
        for name in ("hoover", "gini", "theil_t", "theil_l")
    ]
    return results.table(
        "measures",
        pd.DataFrame(rows),
        caption=words("share.measures_caption", group=group_name(view.group, view.lang)),
        columns={
            "measure": Column(words("share.measure")),
            "value": Column(words("share.value"), "ratio", digits=3),
            "meaning": Column(words("share.meaning")),
        },
        status=view.status,
    )


def source_line(view: ShareView) -> str:
    """Return the line under a chart: the documents and the status of the need."""
    need = need_words(view)
    return catalogue(view.lang)(
        "share.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        need=need["group"],
        status=need["status"],
    )


def dumbbell_chart(view: ShareView, title: str | None = None) -> Chart | Note:
    """Draw each unit's share of the money against its share of the need."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    if title is None and _hoover(view) < EVEN:
        title = words("share.dumbbell_title_even")
    elif title is None:
        low, high = (str(view.names[view.ranked.index[end]]) for end in (0, -1))
        title = words("share.dumbbell_title", low=low, high=high)
    return draw.dumbbell(
        view.compared, view.names, lang=view.lang, title=title, source=source_line(view)
    )


def per_person_chart(view: ShareView) -> Chart | Note:
    """Draw the amount per person of each unit."""
    words = catalogue(view.lang)
    known = view.compared["yuan_per_person"]
    values = known[np.isfinite(known)]
    if values.empty:
        return Note(words("share.nothing_to_compare"))
    low, high = (per_person(value, view) for value in (values.min(), values.max()))
    title = words("share.per_person_title_one", high=high)
    if values.min() > 0 and len(values) > 1:
        times = f"{values.max() / values.min():.1f}"
        title = words("share.per_person_title", low=low, high=high, times=times)
    elif len(values) > 1:
        title = words("share.per_person_title_zero", high=high)
    return draw.per_person(
        view.compared,
        view.names,
        lang=view.lang,
        currency=view.case.currency,
        title=title,
        source=source_line(view),
    )


def lorenz_chart(view: ShareView) -> Chart | Note:
    """Draw the Lorenz curve of the money over the need."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    amount, need = view.compared["amount_wan"], view.compared["persons"]
    moved = _hoover(view)
    return draw.lorenz_chart(
        inequality.lorenz(amount, need),
        lang=view.lang,
        title=words("share.lorenz_title", hoover=f"{moved * 100:.1f}"),
        source=source_line(view),
        hoover=moved,
        gini=inequality.gini(amount, need),
    )


def groups_chart(view: ShareView) -> Chart | Note:
    """Draw the ratio of shares of each unit under every need group."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    below = view.units_with("below")
    title = words("share.groups_title_mixed")
    if below:
        title = words("share.groups_title", below=_named(view, below))
    labelled = view.ratios.loc[view.compared.index].rename(
        columns=lambda name: group_name(name, view.lang)
    )
    return draw.need_groups(
        labelled, view.names, lang=view.lang, title=title, source=_groups_source(view)
    )


def _groups_source(view: ShareView) -> str:
    """Name the status of every group that the chart shows, not only of the one compared."""
    words = catalogue(view.lang)
    used = {status for name in view.ratios for status in view.case.people(str(name))["status"]}
    return words(
        "share.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        need=words("share.every_group"),
        status=words("share.name_join").join(words(f"status.{s}") for s in in_order(used)),
    )
