"""Share of the money beside share of need, as the notebooks show it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis import inequality
from analysis.case import Case
from analysis.errors import UsageError
from analysis.figures import shares as draw
from analysis.figures.style import Chart
from analysis.reports import formats
from analysis.reports.content.wording import group_name, listed, money, unit_names
from analysis.reports.display import Column, Headline, Table
from analysis.reports.note import Note
from analysis.reports.results import Results
from analysis.reports.status import in_order
from analysis.shares import share_table
from analysis.words import catalogue

# Groups that are parts of the aided population: need by programme, not a reading of need.
# Below this part of the money, what would have to move is rounding.
EVEN = 1e-9
PROGRAMME_GROUPS = ("urban_allowance", "rural_allowance", "urban_hardship", "rural_hardship")


@dataclass(frozen=True)
class ShareView:
    """One reading of need beside the money, with the other readings next to it.

    Attributes
    ----------
    table : DataFrame, index unit_code
        `analysis.shares.share_table` with ``amount_wan`` and ``persons``.
    ratios : DataFrame, index unit_code, one column a need group
        The ratio of shares under every group of the case.
    """

    case: Case
    lang: str
    group: str
    status: str
    table: pd.DataFrame
    ratios: pd.DataFrame

    @property
    def names(self) -> pd.Series:
        """Unit names in the view's language."""
        return unit_names(self.case, self.lang)

    @property
    def compared(self) -> pd.DataFrame:
        """The rows of `table` that have a need."""
        return self.table[self.table["need_share"].notna()]

    @property
    def apart(self) -> pd.DataFrame:
        """The rows of `table` that have none by nature."""
        return self.table[self.table["need_share"].isna()]

    def verdict(self, unit_code: str) -> str:
        """Return ``below``, ``above`` or ``mixed``: a unit's ratio under all need groups."""
        row = self.ratios.loc[unit_code].dropna()
        if (row < 1).all():
            return "below"
        return "above" if (row > 1).all() else "mixed"

    def units_with(self, verdict: str) -> list[str]:
        """Return the names of the compared units with a verdict, the lowest ratio first."""
        codes = self.compared["ratio"].sort_values(kind="stable").index
        return [str(self.names[code]) for code in codes if self.verdict(code) == verdict]


def share_view(case: Case, group: str, lang: str) -> ShareView:
    """Compare shares under one need group, and under every other of the case.

    Without aided counts the group ``aided`` gives way to ``resident``.

    Raises
    ------
    UsageError
        If the case has no such need group.
    """
    groups = [name for name in case.groups() if name not in PROGRAMME_GROUPS]
    if group == "aided" and "aided" not in groups and "resident" in groups:
        group = "resident"
    if group not in groups:
        known = ", ".join(groups)
        values = {"case": case.name, "group": group, "known": known}
        raise UsageError(
            catalogue("zh")("share.unknown_group", **values),
            catalogue("en")("share.unknown_group", **values),
        )
    amount = case.amount_wan()
    need = case.people(group)
    table = share_table(amount, need["persons"])
    table.insert(0, "amount_wan", amount)
    table.insert(1, "persons", need["persons"].reindex(amount.index).astype(float))
    ratios = pd.DataFrame(
        {name: share_table(amount, case.people(name)["persons"])["ratio"] for name in groups}
    )
    return ShareView(
        case=case,
        lang=lang,
        group=group,
        status=in_order(need["status"])[-1],
        table=table,
        ratios=ratios.loc[table.index],
    )


def headline(view: ShareView, results: Results) -> Headline:
    """Record the key figures and return the first screen of notebook 02."""
    words = catalogue(view.lang)
    compared = view.compared
    moved = inequality.hoover(compared["amount_wan"], compared["persons"])
    ranked = compared["ratio"].sort_values(kind="stable")
    results.number(
        "hoover", moved, unit="percent", status=view.status, label=words("share.hoover_label")
    )
    for key, code in (("bottom", ranked.index[0]), ("top", ranked.index[-1])):
        results.number(
            f"{key}_ratio",
            ranked[code],
            unit="ratio",
            status=view.status,
            label=words(f"share.{key}_label", name=view.names[code]),
        )
    return results.headline(
        answer(view), ["hoover", "bottom_ratio", "top_ratio"], notes=notes(view)
    )


def answer(view: ShareView) -> str:
    """Say for whom the money falls short of need, and whether every need group agrees."""
    words = catalogue(view.lang)
    compared = view.compared
    if inequality.hoover(compared["amount_wan"], compared["persons"]) < EVEN:
        return words("share.answer_even", **_need_words(view))
    said = {verdict: view.units_with(verdict) for verdict in ("below", "above", "mixed")}
    clauses = [
        words(f"share.{verdict}", names=listed(names, view.lang))
        for verdict, names in said.items()
        if names and verdict != "mixed"
    ]
    count = view.ratios.shape[1]
    gap = "" if view.lang == "zh" else " "
    if clauses and count > 1:
        clauses[-1] += gap + words("share.agreed", count=count)
    if said["mixed"]:
        key = "mixed" if clauses else "undecided"
        names = listed(said["mixed"], view.lang)
        clauses.append(words(f"share.{key}", names=names, **({} if clauses else {"count": count})))
    said_all = words("share.clause_join").join(clauses)
    return words("share.answer", clauses=said_all, **_need_words(view))


def _need_words(view: ShareView) -> dict[str, str]:
    status = catalogue(view.lang)(f"status.{view.status}")
    return {"group": group_name(view.group, view.lang), "status": status}


def notes(view: ShareView) -> list[str]:
    """Return what a reader must know before using the figures."""
    words = catalogue(view.lang)
    texts = []
    if "aided" not in view.case.groups():
        texts.append(words("share.no_aided", group=group_name(view.group, view.lang)))
    elif view.group == "aided" and view.status == "estimate":
        texts.append(words("share.aided_estimate"))
    return [*texts, *view.case.caveats[view.lang]]


def apart_note(view: ShareView) -> Note:
    """Name the units that are shown apart, having no population."""
    words = catalogue(view.lang)
    apart = view.apart
    if apart.empty:
        return Note(words("share.none_apart"))
    names = listed([str(view.names[code]) for code in apart.index], view.lang)
    total = money(apart["amount_wan"].sum(), view.case, view.lang)
    return Note(words("share.apart", names=names, amount=total))


def comparison_table(view: ShareView, results: Results) -> Table:
    """Record and show the share table, the highest ratio first, units without need last."""
    words = catalogue(view.lang)
    frame = view.table.assign(name=view.names)
    frame = frame.sort_values("ratio", ascending=False, kind="stable", na_position="last")
    term = {key: words(f"term.{key}") for key in ("share", "need_share", "ratio", "gap")}
    group = group_name(view.group, view.lang)
    columns = {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("share.unit")),
        "amount_wan": Column(words("share.amount"), "wan", status="official"),
        "persons": Column(words("share.need_persons", group=group), "persons"),
        "share": Column(term["share"], "percent"),
        "need_share": Column(term["need_share"], "percent"),
        "ratio": Column(term["ratio"], "ratio"),
        "yuan_per_person": Column(words("term.yuan_per_person"), "one", digits=1),
        "gap_wan": Column(term["gap"], "wan", digits=1),
    }
    return results.table(
        "shares",
        frame,
        caption=words("share.table_caption", group=group),
        columns=columns,
        status=view.status,
    )


def group_table(view: ShareView, results: Results) -> Table:
    """Record and show the ratio of shares under every need group."""
    words = catalogue(view.lang)
    frame = view.ratios.assign(name=view.names)
    statuses = {name: in_order(view.case.people(name)["status"])[-1] for name in view.ratios}
    columns = {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("share.unit")),
    }
    columns |= {
        name: Column(group_name(name, view.lang), "ratio", status=statuses[name])
        for name in view.ratios
    }
    return results.table(
        "ratios",
        frame.loc[view.compared["ratio"].sort_values(ascending=False, kind="stable").index],
        caption=words("share.groups_caption"),
        columns=columns,
        status=in_order(statuses.values())[-1],
    )


def measure_table(view: ShareView, results: Results) -> Table:
    """Record and show the inequality measures of the allocation."""
    words = catalogue(view.lang)
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
    words = catalogue(view.lang)
    return words(
        "share.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        need=group_name(view.group, view.lang),
        status=words(f"status.{view.status}"),
    )


def dumbbell_chart(view: ShareView) -> Chart:
    """Draw each unit's share of the money against its share of the need."""
    words = catalogue(view.lang)
    ranked = view.compared["ratio"].sort_values(kind="stable")
    low, high = (str(view.names[code]) for code in (ranked.index[0], ranked.index[-1]))
    key = "dumbbell_title" if len(ranked) > 1 else "dumbbell_title_one"
    title = words(
        f"share.{key}", **({"low": low, "high": high} if len(ranked) > 1 else {"name": low})
    )
    return draw.dumbbell(
        view.compared, view.names, lang=view.lang, title=title, source=source_line(view)
    )


def per_person_chart(view: ShareView) -> Chart:
    """Draw the amount per person of each unit."""
    words = catalogue(view.lang)
    values = view.compared["yuan_per_person"]
    unit = formats.unit_name("one", view.lang, view.case.currency)
    low, high = f"{values.min():,.0f}", f"{values.max():,.0f}"
    if len(values) > 1:
        times = f"{values.max() / values.min():.1f}"
        title = words("share.per_person_title", low=low, high=high, unit=unit, times=times)
    else:
        title = words("share.per_person_title_one", low=low, unit=unit)
    return draw.per_person(
        view.compared,
        view.names,
        lang=view.lang,
        currency=view.case.currency,
        title=title,
        source=source_line(view),
    )


def lorenz_chart(view: ShareView) -> Chart:
    """Draw the Lorenz curve of the money over the need."""
    words = catalogue(view.lang)
    amount, need = view.compared["amount_wan"], view.compared["persons"]
    moved = inequality.hoover(amount, need)
    return draw.lorenz_chart(
        inequality.lorenz(amount, need),
        lang=view.lang,
        title=words("share.lorenz_title", hoover=f"{moved * 100:.1f}"),
        source=source_line(view),
        hoover=moved,
        gini=inequality.gini(amount, need),
    )


def groups_chart(view: ShareView) -> Chart:
    """Draw the ratio of shares of each unit under every need group."""
    words = catalogue(view.lang)
    below = view.units_with("below")
    title = words("share.groups_title_mixed")
    if below:
        title = words("share.groups_title", below=listed(below, view.lang))
    labelled = view.ratios.loc[view.compared.index].rename(
        columns=lambda name: group_name(name, view.lang)
    )
    return draw.need_groups(
        labelled, view.names, lang=view.lang, title=title, source=source_line(view)
    )
