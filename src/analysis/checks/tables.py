"""Whether the tables add up: people to residents, spending to the money that it is paid from."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.case import PROGRAMME_GROUPS, Case
from analysis.checks.finding import TOLERANCE_WAN, Finding, finding, unit_name
from analysis.errors import PlanError
from analysis.stock.spending import spending_periods


def need_group(case: Case) -> Iterator[Finding]:
    """Tell where a need group leaves out a county that received money."""
    amount = case.amount_wan()
    counties = case.units.index[(case.units["kind"] == "county") & (amount > 0)]
    for group in case.groups():
        # A county may well have nobody in one programme.
        if group in PROGRAMME_GROUPS:
            continue
        missing = counties.difference(case.people(group).index, sort=False)
        if len(missing):
            said = {"group": group, "names": tuple(unit_name(case, code) for code in missing)}
            yield finding("NEED_GROUP_INCOMPLETE", "population", None, "group", **said)


def population_sum(case: Case) -> Iterator[Finding]:
    """Tell where urban and rural residents of a unit do not add up to its residents."""
    if not {"resident", "urban", "rural"} <= set(case.groups()):
        return
    keyed = case.population.set_index(["unit_code", "year"])
    resident, urban, rural = (
        keyed.loc[keyed["group"] == group, "persons"] for group in ("resident", "urban", "rural")
    )
    # Where one of the three is missing the difference is empty, which is above nothing.
    total = (urban + rural).reindex(resident.index)
    for place in resident.index[(total - resident).abs() > 0.5]:
        row = int((keyed.index == place).argmax()) + 2
        said = {"name": unit_name(case, place[0]), "year": place[1]}
        said |= {"total": float(total[place]), "resident": float(resident[place])}
        yield finding("POPULATION_SUM_DIFFERS", "population", row, "persons", **said)


def spending_unreadable(case: Case) -> Iterator[Finding]:
    """Tell which units' spending cannot be read as periods that follow each other."""
    for code, rows in case.spending.groupby("unit_code", sort=False):
        try:
            spending_periods(rows)
        except PlanError as reason:
            row, said = int(rows.index[0]) + 2, {"name": unit_name(case, str(code)), "why": reason}
            yield finding("SPENDING_UNREADABLE", "spending", row, "month", **said)


def spending_above_money(case: Case) -> Iterator[Finding]:
    """Tell which units report more spending than their allocation, stock and receipts come to."""
    money = case.amount_wan()
    for table in (case.balances, case.receipts):
        money = money.add(table.groupby("unit_code")["amount_wan"].sum(), fill_value=0.0)
    for code, rows in case.spending.groupby("unit_code", sort=False):
        spent, given = float(rows["amount_wan"].sum()), float(money[str(code)])
        if spent > given + TOLERANCE_WAN:
            row = int(rows.index[-1]) + 2
            said = {"name": unit_name(case, str(code)), "spent": spent, "money": given}
            yield finding("SPENDING_ABOVE_MONEY", "spending", row, "amount_wan", **said)


def spending_below_0(case: Case) -> Iterator[Finding]:
    """Tell where refunds exceed payments."""
    for index, amount in case.spending["amount_wan"][case.spending["amount_wan"] < 0].items():
        row = int(str(index)) + 2
        yield finding("SPENDING_BELOW_0", "spending", row, "amount_wan", amount=amount)


CHECKS = (need_group, population_sum, spending_unreadable, spending_above_money, spending_below_0)
