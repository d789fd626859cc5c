"""A tornado: what each uncertain value, alone, does to the shortfall and to the money left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.case import Case
from analysis.errors import PlanError
from analysis.short_repr import ShortRepr
from analysis.statuses import weakest
from analysis.stock.case_plan import CASELOAD_GROUP, stock_plan
from analysis.stock.payment import YEAR
from analysis.stock.plan import StockPlan
from analysis.stock.simulation import simulate
from analysis.words import refusal

CASELOAD = "caseload"
ENDS = ("low", "high")
TAILS = ("shortfall", "carry")
STATED = ("name", "programme", "low", "value", "high", "unit", "status")
CHANGED = tuple(f"{tail}_{end}_wan" for tail in TAILS for end in ENDS)


@dataclass(frozen=True, eq=False, repr=False)
class Tornado(ShortRepr):
    """Both tails at the low and the high end of each range; sums over all units, 万元.

    Parameters
    ----------
    table : DataFrame, a row for each value with a range, largest change first
        ``name``, ``programme`` (missing where the value is not by programme); ``low``,
        ``value``, ``high``, ``unit`` and ``status`` as stated; ``shortfall_low_wan``,
        ``shortfall_high_wan``, ``carry_low_wan``, ``carry_high_wan``. A row for single units
        goes before the one for every unit, as in the plan; ``low``, ``value`` and ``high`` are
        those for every unit, or NaN where only units have a range and theirs differ. Those of
        ``caseload`` are persons of all units.
        Without a caseload there is no row.
    base_shortfall_wan, base_carry_wan : float, 万元
        With every value as it is: demand not met, and money left after the last month.
    fund_share : float
        Share of the spending that the money bears, the same in every run.
    """

    next_step = "ranges.table"

    table: pd.DataFrame
    base_shortfall_wan: float
    base_carry_wan: float
    fund_share: float


def tornado(
    case: Case,
    *,
    fund_share: str | float | None,
    paths: int,
    seed: int,
    months: int = YEAR,
    **settings: Any,
) -> Tornado:
    """Set each value with a range to its low and its high end, the others staying as they are.

    All runs have the same seed, so their differences are not chance. The share borne stays that
    of the base case: a balanced one would balance a changed demand away. A value that is known
    exactly (low, value and high alike) has no range.

    Parameters
    ----------
    case : Case
    fund_share : ``balanced``, float, its text, or None
        As in `analysis.stock.case_plan.stock_plan`.
    paths, seed : int
        As in `analysis.stock.simulation.simulate`.
    months : int
        Horizon of every run, 1 to 600. Money recovered within it is in neither tail.
    **settings
        Parameters of `stock_plan` in place of the case's values, such as ``growth``. They have
        no range, so no row.

    Returns
    -------
    Tornado

    Raises
    ------
    PlanError
        As `stock_plan`, and if it refuses the end of a range; names the value and the end.
    UsageError
        If a parameter is no number or out of range.

    Examples
    --------
    >>> from analysis.case import load_case
    >>> case = load_case("data/tacheng-2024")
    >>> made = tornado(case, fund_share="balanced", paths=50, seed=1)
    >>> made.table.loc[0, ["name", "programme", "unit"]].tolist()
    ['caseload', '2081902', 'persons']
    """
    made = stock_plan(case, months=months, fund_share=fund_share, **settings)

    def tails(plan: StockPlan) -> tuple[float, float]:
        result = simulate(plan, paths=paths, seed=seed)
        shortfall, carry = result.expected_shortfall_wan.sum(), result.carry_over_wan.sum()
        return float(shortfall), float(carry)

    base, rows = tails(made.plan), []
    for stated in _ranges(made.inputs):
        row = _stated(stated)
        for end in ENDS:
            try:
                changed = _changed(case, row["name"], row["programme"], end)
                plan = stock_plan(
                    changed, months=months, fund_share=made.fund_share, **settings
                ).plan
                if not plan.unit_code:
                    raise refusal(PlanError, "stock.nobody")
            except PlanError as error:
                raise _refused(row, stated[end], error) from error
            row[f"shortfall_{end}_wan"], row[f"carry_{end}_wan"] = tails(plan)
        rows.append(row)
    table = pd.DataFrame(rows, columns=[*STATED, *CHANGED])
    # Largest change of either tail first; ties stay in the plan's order.
    change = (table[list(CHANGED)].astype(float) - np.repeat(base, len(ENDS))).abs().max(axis=1)
    order = np.argsort(-change.to_numpy(), kind="stable")
    return Tornado(table.iloc[order].reset_index(drop=True), *base, made.fund_share)


def _ranges(inputs: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the inputs with a range, those of one name and programme together."""
    ranged = inputs["low"].notna() & inputs["high"].notna() & (inputs["name"] != "fund_share")
    # An end that is the value itself, on both sides, is no range.
    ranged &= (inputs["low"] != inputs["value"]) | (inputs["high"] != inputs["value"])
    groups = inputs[ranged].groupby(["name", "programme"], sort=False, dropna=False)
    return [own for _, own in groups]


def _stated(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the stated part of a row of the table."""
    of_all = rows[rows["unit_code"].isna()]
    shown = rows if of_all.empty else of_all
    first = shown.iloc[0]
    row = {name: first[name] for name in STATED} | {"status": weakest(rows["status"])}
    row["programme"] = None if pd.isna(first["programme"]) else first["programme"]
    for column in ("low", "value", "high"):
        same = (shown[column] == first[column]).all()
        row[column] = float(first[column]) if same else np.nan
    return row


def _changed(case: Case, name: str, programme: str | None, end: str) -> Case:
    """Return the case with every row of a value at one end of its range."""
    if name == CASELOAD:
        counts, group = case.table("population"), CASELOAD_GROUP[str(programme)]
        return replace(case, population=_moved(counts, counts["group"] == group, "persons", end))
    values = case.table("assumptions")
    of_item = values["programme"].isna() if programme is None else values["programme"] == programme
    rows = (values["name"] == name) & of_item
    return replace(case, assumptions=_moved(values, rows, "value", end))


def _moved(table: pd.DataFrame, rows: pd.Series, column: str, end: str) -> pd.DataFrame:
    """Return a table whose column has the end of the range in some rows, where one is stated."""
    at_end = table[end].where(table[["low", "high"]].notna().all(axis=1), table[column])
    return table.assign(**{column: table[column].mask(rows, at_end)})


def _refused(row: dict[str, Any], ends: pd.Series, reason: PlanError) -> PlanError:
    values = {
        "table": "population.csv" if row["name"] == CASELOAD else "assumptions.csv",
        "name": row["name"],
        "programme": row["programme"],
        "end": ends.name,
        "value": ", ".join(f"{value:g}" for value in ends.unique()),
        "reason": reason,
    }
    key = "stress.refused" if row["programme"] is None else "stress.refused_programme"
    return refusal(PlanError, key, **values)
