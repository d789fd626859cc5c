"""What a page on share and need must say, computed from a case's tables without the package."""

import math

import numpy as np

PROGRAMMES = ("urban_allowance", "rural_allowance", "urban_hardship", "rural_hardship")
SURE = 0.95
# Odds this near to the mark would say one thing in these draws and another in the package's.
MARGIN = 0.005


def counts(case):
    """Money of each unit, and each group's people, as plain dictionaries."""
    money = dict.fromkeys(case.units.index, 0.0)
    for row in case.allocation.to_dict("records"):
        money[row["unit_code"]] += row["amount_wan"]
    people = {}
    for row in case.population.sort_values("year", kind="stable").to_dict("records"):
        if row["group"] not in PROGRAMMES:
            people.setdefault(row["group"], {})[row["unit_code"]] = row["persons"]
    usable = {
        group: of_unit
        for group, of_unit in people.items()
        if sum(of_unit.values()) > 0 and sum(money[code] for code in of_unit) > 0
    }
    return money, usable


def ratio(money, people, code):
    """(a / A) / (n / N); None where a unit has neither money nor people, or no count."""
    if code not in people or (people[code] == 0 and money[code] == 0):
        return None
    if people[code] == 0:
        return math.inf
    total = sum(money[other] for other in people)
    return money[code] * sum(people.values()) / (people[code] * total)


def hoover(money, people):
    total, everybody = sum(money[code] for code in people), sum(people.values())
    return sum(abs(money[c] / total - people[c] / everybody) for c in people) / 2


def widths(case):
    """How widely each unit's money was rounded, over its tranches."""
    tranches = case.allocation["unit_code"].value_counts()
    return {code: case.rounding_wan * int(tranches.get(code, 0)) for code in case.units.index}


def odds_above(case, group, *, rounding_only, draws=40_000):
    """Draw money and people afresh: in which part of the draws is each ratio above 1?"""
    rng = np.random.default_rng(20)
    money, people = counts(case)
    bounds = case.population[case.population["group"] == group].set_index("unit_code")
    width = widths(case)
    amount, need = {}, {}
    for code, count in people[group].items():
        low, high = max(0.0, money[code] - width[code] / 2), money[code] + width[code] / 2
        amount[code] = rng.uniform(low, high, draws) if money[code] else np.zeros(draws)
        least, most = bounds.loc[code, ["low", "high"]]
        need[code] = np.full(draws, float(count))
        if least < most and not rounding_only:
            if least > 0:
                logs = (math.log(least), math.log(count), math.log(most))
                need[code] = np.exp(rng.triangular(*logs, draws))
            else:
                need[code] = rng.triangular(least, count, most, draws)
    all_money, all_need = sum(amount.values()), sum(need.values())
    above = {}
    for code in need:
        if need[code].any():
            times = amount[code] / all_money / (need[code] / all_need)
            even = np.abs(times - 1) < 1e-9
            above[code] = float(((times > 1) & ~even).mean() + even.mean() / 2)
            if even.all():
                above[code] = None
        elif amount[code].any():
            above[code] = 1.0
    return above


def is_open(odds):
    assert odds is None or not any(abs(odds - mark) < MARGIN for mark in (1 - SURE, SURE)), odds
    return odds is not None and 1 - SURE < odds < SURE


def side(case, money, people, group, code, chosen):
    """Tell on which side of 1 a ratio is: 0 where rounding of the money could turn it round."""
    times = ratio(money, people[group], code)
    if group == chosen or math.isinf(times) or money[code] == 0:
        edge = 1e-9
    else:
        width = widths(case)
        all_width = sum(width[other] for other in people[chosen])
        all_money = sum(money[other] for other in people[chosen])
        edge = times * (width[code] / money[code] + all_width / all_money) / 2
    if abs(times - 1) <= 1e-9:
        return "even"
    return "below" if times < 1 - edge else "above" if times > 1 + edge else "near"


def verdicts(case, chosen):
    """Return the verdict of each unit; ``none`` of one that `chosen` does not count."""
    money, people = counts(case)
    found = dict.fromkeys(case.units.index, "none")
    if chosen not in people:
        return found
    with_need, rounding = (odds_above(case, chosen, rounding_only=only) for only in (False, True))
    for code in people[chosen]:
        if ratio(money, people[chosen], code) is None:
            continue
        if is_open(with_need[code]):
            found[code] = "open_rounding" if is_open(rounding[code]) else "open_need"
            continue
        sides = {
            side(case, money, people, group, code, chosen)
            for group in people
            if ratio(money, people[group], code) is not None
        }
        found[code] = sides.pop() if len(sides) == 1 else "open_group"
        if found[code] == "near":
            found[code] = "open_group"
    return found
