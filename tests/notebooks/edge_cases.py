"""Cases at the edge of what the notebooks must do justice to, each made once."""

from dataclasses import replace
from functools import cache

import pandas as pd
from cases import SHIPPED

from analysis.case import load_case
from analysis.schema import TABLES

COUNTED = [(300, 500, 60), (100, 400, 30), (51, 250, 25), (49, 180, 15), (9, 40, 2)]
NASTY = '<script>alert("1")</script> a|b *c* [x](javascript:1) _d_ `e` $f$'


@cache
def shipped():
    return load_case(SHIPPED)


def made(units, *, status="official", aided="estimate", spread=2.0):
    """Make a case of (amount_wan, residents, aided), one a unit; None: not in that group.

    Every count may be `spread` times as high or as low.
    """
    base = shipped()
    codes = [f"{100001 + place}" for place in range(len(units))]
    names = [chr(ord("A") + place % 26) + str(place // 26 or "") for place in range(len(units))]
    frame = pd.DataFrame(
        {
            "name_zh": [f"{name}县" for name in names],
            "name_en": [f"{name} County" for name in names],
            "aliases": [()] * len(codes),
            "kind": "county",
            "subgroup_zh": None,
            "subgroup_en": None,
        },
        index=pd.Index(codes, name="unit_code"),
    )
    amounts = [amount for amount, _, _ in units]
    people = []
    for code, (_, resident, helped) in zip(codes, units, strict=True):
        if resident is not None:
            people.append((code, "resident", resident, status))
        if helped is not None:
            people += [(code, "aided", helped, aided), (code, "rural_allowance", helped, aided)]
    return replace(
        base,
        name="made",
        units=frame,
        allocation=allocation(codes, amounts),
        population=population(people, spread),
        indicators=TABLES["indicators"].frame(),
        function_codes=TABLES["function_codes"].frame(),
        notice_text="",
        document_no="",
        boundaries=None,
        caveats={"zh": (), "en": ()},
    )


def allocation(codes, amounts, status=None):
    count = len(codes)
    cells = {
        "unit_code": codes,
        "amount_wan": [float(amount) for amount in amounts],
        "tranche": ["advance"] * count,
        "source": ["region"] * count,
        "fund_tag": [None] * count,
        "document_no": [None] * count,
        "fiscal_year": [2024] * count,
        "function_code": [None] * count,
        "status": [status] * count,
    }
    return TABLES["allocation"].frame(cells)


def population(rows, spread=2.0):
    columns = {
        "unit_code": [row[0] for row in rows],
        "group": [row[1] for row in rows],
        "persons": [float(row[2]) for row in rows],
        "low": [row[2] / spread for row in rows],
        "high": [row[2] * spread for row in rows],
        "year": [2020] * len(rows),
        "status": [row[3] for row in rows],
        "source": ["普查"] * len(rows),
        "source_en": ["census"] * len(rows),
    }
    return TABLES["population"].frame(columns)


def renamed(case, name):
    """Give every unit of a case the same awkward name, told apart by a number."""
    numbered = [f"{name} {place}" for place in range(1, len(case.units) + 1)]
    return replace(case, units=case.units.assign(name_zh=numbered, name_en=numbered))


def of_group(case, group, **by_old_name):
    """Count people under one need group alone, called otherwise than in the case."""
    rows = case.population[case.population["group"] == group]
    return replace(case, population=rows.assign(group=by_old_name[group]).reset_index(drop=True))


def without_lower_bound(case):
    return replace(case, population=case.population.assign(low=0.0))


def of_status(case, status):
    return replace(case, population=case.population.assign(status=status))


def of_two_kinds(case):
    """Call the first unit a city and the others counties."""
    zh, en = ["县"] * len(case.units), ["counties"] * len(case.units)
    zh[0], en[0] = "市", "cities"
    return replace(case, units=case.units.assign(subgroup_zh=zh, subgroup_en=en))


def made_up_money(case):
    return replace(case, allocation=case.allocation.assign(status="synthetic"))


def with_last_year(case):
    """Add what each unit had the year before, which is made up."""
    rows = case.allocation.rename(columns={"tranche": "kind"}).assign(
        kind="last_year",
        amount_wan=[90.0 - 7 * place for place in range(len(case.allocation))],
        fiscal_year=2023,
        status="synthetic",
        source="虚构",
        source_en="made up",
    )
    table = TABLES["earlier_allocation"]
    names = [column.name for column in table.columns]
    return replace(case, earlier_allocation=table.frame({n: list(rows[n]) for n in names}))


def with_spending(case, months, every=1):
    """Add what each unit spent, which is made up: a thirteenth of its money a month or so."""
    rows = [
        {
            "unit_code": code,
            "programme": None,
            "month": month,
            "months": every,
            "amount_wan": round(money / 13 * every * (1 + 0.1 * ((month + place) % 3 - 1)), 3),
            "status": "synthetic",
            "source": "虚构",
            "source_en": "made up",
        }
        for place, (code, money) in enumerate(case.amount_wan().items())
        for month in range(every, months + 1, every)
    ]
    table = TABLES["spending"]
    columns = {column.name: [row[column.name] for row in rows] for column in table.columns}
    return replace(case, spending=table.frame(columns))


def institution():
    case = shipped()
    code = "654200-children-home"
    return replace(
        case,
        units=case.units.loc[[code]],
        allocation=case.allocation[case.allocation["unit_code"] == code].reset_index(drop=True),
        population=case.population.iloc[:0],
    )


def bare(case):
    return replace(
        case,
        notice_text="",
        indicators=case.indicators.iloc[:0],
        function_codes=case.function_codes.iloc[:0],
    )


CASES = {
    "shipped": shipped,
    "no_aided": lambda: shipped().without_aided(),
    "two": lambda: made([(30, 500, 60), (10, 400, 30)]),
    "two_swapped": lambda: made([(30, 500, 30), (10, 400, 90)]),
    "one": lambda: made([(30, 500, 60)]),
    "one_has_all": lambda: made([(30, 500, 60), (0, 400, 30), (0, 100, 10)]),
    "proportional": lambda: made([(30, 500, 300), (10, 100, 100), (20, 200, 200)]),
    "proportional_by_all": lambda: made([(3, 30, 3), (1, 10, 1), (7, 70, 7)]),
    "one_exact": lambda: made([(10, 100, 10), (5, 100, 10), (15, 100, 10)]),
    "nothing_needed_nothing_given": lambda: made([(30, 500, 60), (10, 400, 30), (0, 0, 0)]),
    "nothing_needed": lambda: made([(30, 500, 60), (10, 400, 30), (7, 0, 0)]),
    "nothing_given": lambda: made([(30, 500, 60), (10, 400, 30), (0, 300, 40)]),
    "not_everywhere_counted": lambda: made([(30, 500, 60), (10, None, 30), (5, 300, None)]),
    "institution": institution,
    "bare": lambda: bare(shipped()),
    "nasty_names": lambda: renamed(shipped(), NASTY),
    "synthetic": lambda: of_status(shipped(), "synthetic"),
    "dollars": lambda: replace(made([(30, 500, 60), (10, 400, 30)]), currency="USD"),
    "plenty": lambda: made([(30_000, 500, 60), (10_000, 400, 30)]),
    "a_little": lambda: made([(0.02, 500, 60), (0.01, 400, 30)]),
    "counted": lambda: made(COUNTED, aided="official", spread=1.0),
    "other_borders": lambda: replace(
        made([(30, 500, 60), (10, 400, 30)]), boundaries=shipped().boundaries
    ),
    "kinds": lambda: of_two_kinds(made([(30, 500, 60), (10, 400, 30), (20, 300, 30)])),
    "made_up_money": lambda: made_up_money(shipped()),
    "last_year": lambda: with_last_year(shipped()),
    "spending": lambda: with_spending(shipped(), 9),
    "spending_by_quarter": lambda: with_spending(shipped().without_aided(), 6, every=3),
    "spending_once": lambda: with_spending(made([(30, 500, 60), (0, 400, 30)]), 1),
    "spending_of_one": lambda: with_spending(made([(30, 500, 60)]), 3),
    "households": lambda: of_group(shipped(), "aided", aided="aided_households"),
    "one_of_households": lambda: of_group(made([(30, 500, 60)]), "aided", aided="aided_households"),
    "a_group_of_its_own": lambda: of_group(shipped(), "aided", aided="veterans"),
    "lowest_may_be_nobody": lambda: without_lower_bound(made([(30, 500, 60), (10, 400, 30)])),
    "nothing_to_give": lambda: made([(0, 500, 60), (0, 400, 30)]),
    "nobody_in_need": lambda: made([(30, 0, 0), (10, 0, 0)]),
    "nobody_aided": lambda: made([(30, 500, 0), (10, 400, 0)]),
    "nobody_counted": lambda: made([(30, None, None), (10, None, None)]),
    "braces": lambda: renamed(shipped(), "{unit} {0} {{ } %s \\n <b>&amp;</b>"),
    "long_names": lambda: renamed(shipped(), "巴音郭楞蒙古自治州和静县巴音布鲁克镇 " * 3),
    "hundreds": lambda: made(
        [(5 + n % 37, 2_000 + 13 * n, 100 + n * 7 % 90) for n in range(300)],
        aided="official",
        spread=1.0,
    ),
    "twelve": lambda: made([(10 + n, 200 + 10 * n * n, 20 + n * n) for n in range(12)], spread=1.2),
}


@cache
def of_case(name):
    return CASES[name]()
