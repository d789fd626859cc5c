"""The tables of share and need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import inequality
from analysis.report.content.share_view import ShareView
from analysis.report.content.wording import group_name, per_person_digits
from analysis.report.display import Column, Table
from analysis.report.note import Note
from analysis.report.results import Results
from analysis.report.status import in_order
from analysis.words import catalogue


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
        "name": Column(words("term.unit")),
        "amount_wan": Column(words("term.allocation"), "wan", status=view.case.money_status),
        "persons": Column(words("share.need_persons", group=group), view.counted_in),
        "share": Column(term["share"], "percent"),
        "need_share": Column(term["need_share"], "percent"),
        "ratio": Column(term["ratio"], "ratio"),
        "yuan_per_person": Column(
            per_person_label(view), "one", digits=max(1, per_person_digits(least))
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


def doubt_table(view: ShareView, results: Results) -> Table | Note:
    """Record and show how sure each unit's ratio is, the highest ratio first."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    said = view.verdicts.map(lambda verdict: words(f"share.verdict_{verdict}"))
    frame = view.doubt.assign(name=view.names, ratio=view.table["ratio"], said=said)
    frame = frame.loc[view.compared["ratio"].sort_values(ascending=False, kind="stable").index]
    return results.table(
        "doubt",
        frame,
        caption=words("share.doubt_caption", group=group_name(view.group, view.lang)),
        columns={
            "unit_code": Column(words("share.code"), hidden=True),
            "name": Column(words("term.unit")),
            "ratio": Column(words("term.ratio"), "ratio"),
            **_interval_columns(view),
            "said": Column(words("share.verdict")),
        },
        status=view.status,
    )


def _interval_columns(view: ShareView) -> dict[str, Column]:
    """Return the columns that say something only where money or need is uncertain."""
    words = catalogue(view.lang)
    columns = {
        "ratio_low": Column(words("share.ratio_low"), "ratio"),
        "ratio_high": Column(words("share.ratio_high"), "ratio"),
        "odds_above": Column(words("share.odds_above"), "odds"),
        "rank_low": Column(words("share.rank_low"), "count"),
        "rank_high": Column(words("share.rank_high"), "count"),
    }
    return columns if view.uncertain("ratio") else {}


def group_table(view: ShareView, results: Results) -> Table | Note:
    """Record and show the ratio of shares under every need group."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    frame = view.ratios.assign(name=view.names)
    statuses = view.group_statuses
    columns = {
        "unit_code": Column(words("share.code"), hidden=True),
        "name": Column(words("term.unit")),
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
    values = {
        "hoover": inequality.hoover(amount, need),
        "gini": inequality.gini(amount, need),
        "theil_t": inequality.theil_t(amount, need),
        "theil_l": inequality.theil_l(amount, need),
        "atkinson": inequality.atkinson(amount, need, epsilon=1),
    }
    part = rural_part(view)
    if part is not None:
        # Ranked from the least rural: more than 0 where money goes to the more rural units.
        values["concentration"] = inequality.concentration_index(amount, need, rank=part)
    rows = [
        {
            "key": name,
            "measure": words(f"term.{name}"),
            "value": value,
            "meaning": words(f"share.{name}_meaning"),
        }
        for name, value in values.items()
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


def rural_part(view: ShareView) -> pd.Series | None:
    """Return the rural part of each unit's residents; None unless the case has it for all."""
    groups = view.case.groups()
    if not {"rural", "resident"} <= set(groups):
        return None
    rural, resident = (
        view.case.people(name)["persons"].reindex(view.compared.index)
        for name in ("rural", "resident")
    )
    return None if (part := rural / resident).isna().any() else part


def subgroup_table(view: ShareView, results: Results) -> Table | Note:
    """Record and show how much of the inequality lies between kinds of units."""
    words = catalogue(view.lang)
    kinds = view.case.units[f"subgroup_{view.lang}"].reindex(view.compared.index)
    if not view.comparable or kinds.isna().any() or kinds.nunique() < 2:
        return Note(words("share.no_subgroups"))
    # Kinds are told apart by their Chinese names, so that both languages list them alike.
    order = view.case.units["subgroup_zh"].reindex(view.compared.index)
    amount, need = view.compared["amount_wan"], view.compared["persons"]
    parts = inequality.theil_decomposition(amount, need, order)
    said = dict(zip(order, kinds, strict=True))
    groups = parts.groups.assign(kind=[said[name] for name in parts.groups.index])
    rows = [
        *groups.to_dict("records"),
        {
            "kind": words("share.between"),
            "theil_t_within": parts.measures.loc["theil_t", "between"],
            "theil_l_within": parts.measures.loc["theil_l", "between"],
        },
        {
            "kind": words("share.all_units"),
            "units": len(amount),
            "share": 1.0,
            "need_share": 1.0,
            "theil_t_within": parts.measures.loc["theil_t", "total"],
            "theil_l_within": parts.measures.loc["theil_l", "total"],
        },
    ]
    return results.table(
        "subgroups",
        pd.DataFrame(rows),
        caption=words("share.subgroup_caption", group=group_name(view.group, view.lang)),
        columns={
            "kind": Column(words("share.subgroup")),
            "units": Column(words("share.units_in"), "count"),
            "share": Column(words("term.share"), "percent"),
            "need_share": Column(words("term.need_share"), "percent"),
            "theil_t_within": Column(words("share.part_t"), "ratio", digits=4),
            "theil_l_within": Column(words("share.part_l"), "ratio", digits=4),
        },
        status=view.status,
    )


def per_person_label(view: ShareView) -> str:
    """Return what the amount per head of the need group is called."""
    kind = "yuan_per_household" if view.counted_in == "households" else "yuan_per_person"
    return catalogue(view.lang)(f"term.{kind}")
