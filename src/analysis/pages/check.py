"""Whether the figures of a case can be used: what its checks found, and what it holds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.case import Case
from analysis.statuses import status_of, weakest, with_status
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import ByLanguage, Figure, Sentence, Word, group_word, say

SEVERITIES = ("error", "warning", "note")


def check_answer(money: pd.Series, found: pd.DataFrame) -> Answer:
    """Say whether the figures can be used, and how many findings there are.

    Parameters
    ----------
    money : Series, index unit_code, 万元
    found : DataFrame
        Of `analysis.checks.findings`.
    """
    counts = {name: int((found["severity"] == name).sum()) for name in SEVERITIES}
    total = Figure(float(money.sum()), "wan")
    said = say("check_page.clean", total=total)
    if counts["error"]:
        said = say("check_page.unusable", errors=counts["error"])
    elif counts["warning"] and counts["note"]:
        both = {"warnings": counts["warning"], "notes": counts["note"]}
        said = say("check_page.usable_both", total=total, **both)
    elif counts["warning"]:
        said = say("check_page.usable_warnings", total=total, warnings=counts["warning"])
    elif counts["note"]:
        said = say("check_page.usable_notes", total=total, notes=counts["note"])
    labels = say("check_page.errors"), say("check_page.warnings"), say("check_page.notes")
    figures = [
        KeyFigure(f"{name}s", label, Figure(counts[name], "count"), None)
        for name, label in zip(SEVERITIES, labels, strict=True)
    ]
    return Answer([said], figures, rests_on=[status_of(money)])


def serious(found: pd.DataFrame) -> pd.DataFrame:
    """Return the findings that are errors or warnings."""
    return found[found["severity"] != "note"]


def findings_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return the findings as a page shows them, the most severe first.

    Parameters
    ----------
    found : DataFrame
        Of `analysis.checks.findings`.

    Returns
    -------
    DataFrame
        ``severity``, ``code``, ``place``, ``message``, ``remedy``. Findings have no status.
    """
    places = [_place(row) for row in found.to_dict("records")]
    table = found[["severity", "code", "message", "remedy"]].reset_index(drop=True)
    table.insert(2, "place", pd.Series(places, dtype=object))
    return table


def _place(row: Mapping[Hashable, Any]) -> Sentence:
    column = "" if pd.isna(row["column"]) else row["column"]
    where = {"table": row["table"], "column": column}
    if row["table"] == "notice" and pd.notna(row["row"]):
        return say("check_page.place_notice", line=int(row["row"]))
    if pd.isna(row["row"]):
        return say("check_page.place_column" if column else "check_page.place_table", **where)
    key = "check_page.place_cell" if column else "check_page.place_row"
    return say(key, row=int(row["row"]), **where)


def allocation_table(case: Case) -> pd.DataFrame:
    """Return the allocation as the notice gives it.

    Returns
    -------
    DataFrame, index unit_code, a row for each tranche
        ``code``, ``amount_wan``, and of ``fund_tag`` and ``function_code`` what the case has.
    """
    rows = case.table("allocation").set_index("unit_code", drop=False)
    rows = rows.rename(columns={"unit_code": "code"})
    known = [name for name in ("fund_tag", "function_code") if rows[name].notna().any()]
    return with_status(rows[["code", "amount_wan", *known]], {"amount_wan": case.money_status})


def population_table(case: Case) -> pd.DataFrame:
    """Return each need group's total, status and source.

    Returns
    -------
    DataFrame
        ``group``; ``total_count``; ``counted_in``, persons or households; ``status`` of the
        counts; ``source``, the most frequent one and how many others there are.
    """
    rows = []
    for group in case.groups():
        people = case.people(group)
        sources = people[["source", "source_en"]].value_counts(dropna=False, sort=True)
        zh, en = sources.index[0]
        source: object = ByLanguage(zh, zh if pd.isna(en) else en)
        if len(sources) > 1:
            usual, others = int(sources.iloc[0]), len(sources) - 1
            source = say("check_page.source_more", source=source, units=usual, count=others)
        row = {
            "group": group_word(group),
            "total_count": float(people["persons"].sum()),
            "counted_in": Word(f"unit.{case.counted_in(group)}"),
            "status": case.people_status(group),
            "source": source,
        }
        rows.append(row)
    statuses = [case.people_status(group) for group in case.groups()]
    return with_status(pd.DataFrame(rows), {"total_count": weakest(statuses)} if rows else None)


def indicator_table(case: Case) -> pd.DataFrame:
    """Return the performance indicators, their weights as printed and rescaled to 100."""
    rows = case.indicators
    table = pd.DataFrame(
        {
            "indicator": rows["level3"],
            "target": rows["target"],
            "printed_weight": rows["weight"],
            "weight_100": rows["weight"] * 100 / rows["weight"].sum(),
            "indicator_note": rows["note"],
        }
    )
    return with_status(table, {"printed_weight": "official", "weight_100": "computed"})


def code_table(case: Case) -> pd.DataFrame:
    """Return the spending items: their codes and names."""
    rows = case.function_codes
    names = [ByLanguage(zh, en) for zh, en in zip(rows["name_zh"], rows["name_en"], strict=True)]
    return pd.DataFrame({"code": rows["code"], "item": pd.Series(names, rows.index, object)})
