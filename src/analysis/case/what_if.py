"""What if a unit had other money, other people, or another assumption: tables with other figures.

Each function returns tables to put in place of a case's own. Figures that change have the status
``assumption``; nothing else does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from difflib import get_close_matches
from numbers import Real
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.case.original import at_best_assumed
from analysis.errors import UsageError
from analysis.schema import NUMBER, TABLES, TEXT
from analysis.units import unit_names

if TYPE_CHECKING:
    from analysis.case.model import Case

ASSUMED = "assumption"
SOURCE = {"source": "使用者假设", "source_en": "assumed by the user"}
TRANCHE = "what_if"
# The values that the stock model asks of a case, and their units.
ASSUMPTIONS = {
    "benefit_yuan_month": "yuan per person per month",
    "growth": "per month",
    "volatility": "per square root of a month",
    "lump_rate": "lumps per month",
    "lump_size": "share of a month's demand",
    "correlation": "share",
    "receipt_month": "month",
    "fund_share": "share of spending",
    **{f"late_{months}": "odds" for months in range(1, 7)},
    **{f"season_{month}": "times" for month in range(1, 13)},
}
SAME = 1e-12

# A mapping, or a Series, of what a figure is called to the figure.
Given = Mapping[Any, Any] | pd.Series


def changed_amounts(case: Case, given: Given, *, keep_total: bool) -> dict[str, pd.DataFrame]:
    """Return ``allocation``, and ``receipts``, with other amounts for some units; see `Case`."""
    named = _by_unit(case, given, "with_amounts", _amount)
    old = case.amount_wan()
    new = pd.Series(named, dtype=NUMBER)
    scaled = _others(old, new) if keep_total else new.iloc[:0]
    wanted = pd.concat([new, scaled])
    wanted = wanted[wanted != old[wanted.index]]
    rows = case.allocation.reset_index(drop=True)
    codes = rows["unit_code"]
    is_one = codes.isin(wanted.index)
    factor = (wanted / old[wanted.index]).where(old[wanted.index] > 0, 0.0)
    amount = rows["amount_wan"].where(~is_one, rows["amount_wan"] * codes.map(factor))
    # The largest tranche takes what rounding leaves; the first where all were 0.
    largest = amount[is_one].groupby(codes[is_one], sort=False).idxmax()
    sums = amount[is_one].groupby(codes[is_one], sort=False).sum()
    amount.loc[largest.to_numpy()] += (wanted[sums.index] - sums).to_numpy()
    changed = amount != rows["amount_wan"]
    status = rows["status"].astype(TEXT)
    status[changed] = at_best_assumed(status[changed])
    status[changed & codes.isin(new.index)] = ASSUMED
    rows = rows.assign(amount_wan=amount, status=status).set_index(case.allocation.index)
    without = wanted[~wanted.index.isin(codes)]
    years = case.allocation["fiscal_year"]
    year = int(years.mode()[0]) if len(years) else int(case.start[:4])
    sources = case.allocation["source"].mode()
    cells = {
        "unit_code": list(without.index),
        "amount_wan": list(without),
        "tranche": [TRANCHE] * len(without),
        "source": [sources[0] if len(sources) else "region"] * len(without),
        "fiscal_year": [year] * len(without),
        "status": [ASSUMED] * len(without),
    }
    tables = {"allocation": _with_rows(rows, "allocation", cells)}
    if case.receipts["unit_code"].isin(wanted.index).any():
        tables["receipts"] = _changed_receipts(case.receipts, factor)
    return tables


def _others(old: pd.Series, new: pd.Series) -> pd.Series:
    """Return the amounts of the units not named, scaled so that the total stays."""
    total, others = old.sum(), old.drop(new.index)
    left = total - new.sum()
    if left < -SAME * total or (left > SAME * total and not others.sum() > 0):
        raise UsageError(
            f"with_amounts：keep_total=True 时总额须保持 {total:g} 万元，所给金额合计 "
            f"{new.sum():g} 万元，其余单位无法按比例调整到 {left:g} 万元。请改小所给金额，"
            "或不用 keep_total。",
            f"with_amounts: with keep_total=True the total stays {total:g} (10,000), the amounts "
            f"given add up to {new.sum():g}, and the other units cannot be scaled to {left:g}. "
            "Give less, or leave keep_total out.",
        )
    factor = max(left, 0.0) / others.sum() if others.sum() > 0 else 1.0
    return others * factor if abs(factor - 1) > SAME else others.iloc[:0]


def _changed_receipts(receipts: pd.DataFrame, factor: pd.Series) -> pd.DataFrame:
    """Scale what arrives along with what is allocated, or the stock model would not see it."""
    is_one = receipts["unit_code"].isin(factor.index)
    by = receipts["unit_code"].map(factor).where(is_one, 1.0)
    scaled = _assumed(receipts.assign(amount_wan=receipts["amount_wan"] * by), is_one)
    # A unit that had no money before gets its new money when the receipt month says.
    return scaled[~(is_one & (by == 0))]


def changed_people(
    case: Case, group: str, given: Given, *, usual_groups: Iterable[str]
) -> pd.DataFrame:
    """Return ``population`` with other counts of a group for some units; see `Case`."""
    known = list(dict.fromkeys([*case.groups(), *usual_groups]))
    if group not in known:
        raise _unknown("with_people", "口径", "need group", group, known)
    named = _by_unit(case, given, "with_people", _bounds)
    rows = case.population.reset_index(drop=True)
    of_group = rows[rows["group"] == group].sort_values("year", kind="stable")
    latest = of_group.drop_duplicates("unit_code", keep="last")
    place = dict(zip(latest["unit_code"], latest.index, strict=True))
    ends = ["persons", "low", "high"]
    before = rows[ends].to_numpy()
    old = {code: tuple(before[place[code]]) for code in named if code in place}
    new = {code: ends for code, ends in named.items() if old.get(code) != ends}
    there = [code for code in new if code in place]
    if there:
        places = [place[code] for code in there]
        rows.loc[places, ends] = [new[code] for code in there]
        rows = _assumed(rows, rows.index.isin(places))
    rows = rows.set_index(case.population.index)
    without = [code for code in new if code not in place]
    year = int(of_group["year"].max()) if len(of_group) else int(case.start[:4])
    cells = {
        "unit_code": without,
        "group": [group] * len(without),
        **{end: [new[code][at] for code in without] for at, end in enumerate(ends)},
        "year": [year] * len(without),
        "status": [ASSUMED] * len(without),
        **{name: [text] * len(without) for name, text in SOURCE.items()},
    }
    return _with_rows(rows, "population", cells)


def changed_assumptions(
    case: Case, given: Given, *, programme: str | None, unit: str | None
) -> pd.DataFrame:
    """Return ``assumptions`` with other values; see `Case`."""
    method = "with_assumptions"
    if not isinstance(given, Mapping | pd.Series) or not len(given):
        raise _nothing(method)
    table = case.assumptions
    code = None if unit is None else _unit_code(case, method)(unit)
    item = None if programme is None else _programme(case, programme)
    known = list(dict.fromkeys([*table["name"], *ASSUMPTIONS]))
    for name, value in given.items():
        if name not in known:
            raise _unknown(method, "假设", "assumption", name, known)
        middle, low, high = _bounds(str(name), value, least=-math.inf)
        within = table["name"] == name
        if code is not None:
            within &= table["unit_code"] == code
        if item is not None:
            within &= table["programme"] == item
        measured = table.loc[table["name"] == name, "unit"]
        cells: dict[str, list[Any]] = {
            "name": [name],
            "unit_code": [code],
            "programme": [item],
            "value": [middle],
            "low": [low],
            "high": [high],
            "unit": [measured.iloc[0] if len(measured) else ASSUMPTIONS[str(name)]],
            "status": [ASSUMED],
            **{key: [text] for key, text in SOURCE.items()},
        }
        # One row takes the place of all that it holds for: a row left would go before it.
        first = table.index[within][:1]
        table = _with_rows(table[~within], "assumptions", cells, label=first)
    return table


def _with_rows(
    rows: pd.DataFrame, table: str, cells: Mapping[str, list[Any]], label: pd.Index | None = None
) -> pd.DataFrame:
    """Return a table with some more rows, numbered on, or in the place of a row that went."""
    added = TABLES[table].frame(dict(cells) | _empty(table, cells))
    if added.empty:
        return rows
    if label is not None and len(label):
        return pd.concat([rows, added.set_index(label)]).sort_index()
    first = int(rows.index.max()) + 1 if len(rows) else 0
    added.index = pd.RangeIndex(first, first + len(added))
    return pd.concat([rows, added]) if len(rows) else added


def _empty(table: str, cells: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    count = len(next(iter(cells.values())))
    return {name: [None] * count for name in TABLES[table].column_names if name not in cells}


def _assumed(rows: pd.DataFrame, where: Any) -> pd.DataFrame:
    """Return a table in which some rows are the user's assumption, and say so as their source."""
    said = {"status": ASSUMED, **SOURCE}
    return rows.assign(**{name: rows[name].mask(where, text) for name, text in said.items()})


def _by_unit(
    case: Case, given: Given, method: str, read: Callable[[str, Any], Any]
) -> dict[str, Any]:
    """Return what is given by unit code, each value read and checked."""
    if not isinstance(given, Mapping | pd.Series) or not len(given):
        raise _nothing(method)
    code_of = _unit_code(case, method)
    found: dict[str, Any] = {}
    for unit, value in given.items():
        code = code_of(unit)
        if code in found:
            raise UsageError(
                f"{method}：单位 {code} 给了两次（又写作“{unit}”）。每个单位只给一个值。",
                f"{method}: unit {code} is given twice (again as {str(unit)!r}). Give one value "
                "a unit.",
            )
        found[code] = read(str(unit), value)
    return found


def _unit_code(case: Case, method: str) -> Callable[[Hashable], str]:
    names = unit_names(case.units)

    def found(unit: Hashable) -> str:
        codes = names.get(str(unit).strip().casefold(), [])
        if len(codes) != 1:
            columns = (case.units["name_zh"], case.units["name_en"], case.units.index)
            known = codes or [name for column in columns for name in column]
            raise _unknown(method, "单位", "unit", unit, known, all_close=bool(codes))
        return codes[0]

    return found


def _programme(case: Case, programme: str) -> str:
    table = case.function_codes
    columns = ("code", "programme", "name_zh", "name_en")
    for column in columns:
        rows = table[table[column].str.casefold() == str(programme).strip().casefold()]
        if len(rows) == 1:
            return str(rows["code"].iloc[0])
    known = [str(name) for column in columns for name in table[column]]
    raise _unknown("with_assumptions", "科目", "programme", programme, known)


def _amount(unit: str, value: Any, least: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise UsageError(
            f"{unit}：{value!r} 不是数。请给一个有限的数。",
            f"{unit}: {value!r} is no number. Give a finite number.",
        )
    if value < least:
        raise UsageError(
            f"{unit}：{value!r} 为负。须不小于 0。",
            f"{unit}: {value!r} is negative. Give at least 0.",
        )
    return float(value)


def _bounds(name: str, value: Any, least: float = 0.0) -> tuple[float, float, float]:
    """Return a figure and its bounds; a figure alone is exact."""
    if not isinstance(value, list | tuple):
        exact = _amount(name, value, least)
        return exact, exact, exact
    if len(value) != 3:
        raise UsageError(
            f"{name}：{value!r} 应为一个数，或（值，下限，上限）三个数。",
            f"{name}: {value!r} must be one number, or three: (value, low, high).",
        )
    middle, low, high = (_amount(name, each, least) for each in value)
    if not low <= middle <= high:
        raise UsageError(
            f"{name}：{value!r} 的次序应为（值，下限，上限），且 下限 ≤ 值 ≤ 上限。",
            f"{name}: {value!r} must be (value, low, high) with low <= value <= high.",
        )
    return middle, low, high


def _nothing(method: str) -> UsageError:
    return UsageError(
        f'{method}：没有给出任何值。例如 data.with_amounts({{"沙湾市": 60}})。',
        f'{method}: nothing is given. An example: data.with_amounts({{"沙湾市": 60}}).',
    )


def _unknown(
    method: str,
    what_zh: str,
    what_en: str,
    given: object,
    known: Iterable[object],
    *,
    all_close: bool = False,
) -> UsageError:
    words = list(dict.fromkeys(map(str, known)))
    # Names of two or three characters share few: what comes nearest is shown all the same.
    close = words if all_close else get_close_matches(str(given), words, n=5, cutoff=0.4)
    close = close or words[:5]
    if all_close:
        zh, en = "不止一个，请用代码", "more than one goes by it; use a code"
    else:
        zh, en = "案例中没有。相近的", "the case has none of that name. Close ones"
    return UsageError(
        f"{method}：{what_zh}“{given}”{zh}：{'、'.join(close) or '无'}。",
        f"{method}: {what_en} {str(given)!r}: {en}: {', '.join(close) or 'none'}.",
    )
