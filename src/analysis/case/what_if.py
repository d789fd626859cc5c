"""What if a unit had other money, other people, or another assumption: tables with other figures.

Each function returns tables to put in place of a case's own. Rows that somebody named have the
status ``assumption`` where they change; a case marks the others that change: see `Original`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from difflib import get_close_matches
from numbers import Real
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.errors import UsageError
from analysis.schema import NUMBER, TABLES
from analysis.units import called, unit_names
from analysis.words import ByLanguage, listed, refusal

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
    old = case.amount_wan()
    new = pd.Series(_by_unit(case, given, "with_amounts", _amount), dtype=NUMBER)
    wanted = pd.concat([new, _others(old, new)]) if keep_total else new
    wanted = wanted[wanted != old[wanted.index]]
    factor = (wanted / old[wanted.index]).where(old[wanted.index] > 0, 0.0)
    rows = case.allocation.reset_index(drop=True)
    codes = rows["unit_code"]
    is_one = codes.isin(wanted.index)
    amount = rows["amount_wan"].where(~is_one, rows["amount_wan"] * codes.map(factor))
    # The largest tranche takes what rounding leaves; the first where all were 0.
    by_unit = amount[is_one].groupby(codes[is_one], sort=False)
    largest, sums = by_unit.idxmax(), by_unit.sum()
    amount.loc[largest.to_numpy()] += (wanted[sums.index] - sums).to_numpy()
    named = (amount != rows["amount_wan"]) & codes.isin(new.index)
    rows = rows.assign(amount_wan=amount, status=rows["status"].mask(named, ASSUMED))
    rows = rows.set_index(case.allocation.index)
    without = wanted[~wanted.index.isin(codes)]
    cells = {
        "unit_code": list(without.index),
        "amount_wan": list(without),
        "tranche": [TRANCHE] * len(without),
        "source": [next(iter(rows["source"].mode()), "region")] * len(without),
        "fiscal_year": [next(iter(rows["fiscal_year"].mode()), case.start[:4])] * len(without),
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
        raise refusal(UsageError, "refusal.keep_total", total=total, given=new.sum(), left=left)
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
    case: Case, group: str, given: Given, *, known_groups: list[str]
) -> pd.DataFrame:
    """Return ``population`` with other counts of a group for some units; see `Case`."""
    if group not in known_groups:
        raise _unknown("with_people", ByLanguage("口径", "need group"), group, known_groups)
    ends = ["persons", "low", "high"]
    named = _by_unit(case, given, "with_people", _bounds)
    counts = pd.DataFrame.from_dict(named, orient="index", columns=ends)
    rows = case.population.reset_index(drop=True)
    places = case.latest_rows(group)[case.units.index.get_indexer(counts.index)]
    there = counts[places >= 0].set_axis(places[places >= 0])
    changed = there.index[(there != rows.loc[there.index, ends]).any(axis=1)]
    rows.loc[changed, ends] = there.loc[changed]
    rows = _assumed(rows, rows.index.isin(changed)).set_index(case.population.index)
    without = counts[places < 0]
    years = rows["year"][rows["group"] == group]
    cells = {
        "unit_code": list(without.index),
        "group": [group] * len(without),
        **{end: list(without[end]) for end in ends},
        "year": [years.max() if len(years) else case.start[:4]] * len(without),
        "status": [ASSUMED] * len(without),
        **{name: [text] * len(without) for name, text in SOURCE.items()},
    }
    return _with_rows(rows, "population", cells)


def changed_assumptions(
    case: Case, given: Given, *, programme: str | None, unit: str | None
) -> pd.DataFrame:
    """Return ``assumptions`` with other values; see `Case`."""
    method = "with_assumptions"
    _check_given(method, given)
    table = case.assumptions
    code = None if unit is None else _unit_code(case, method)(unit)
    item = None if programme is None else _programme(case, programme)
    known = list(dict.fromkeys([*table["name"], *ASSUMPTIONS]))
    for name, value in given.items():
        if name not in known:
            raise _unknown(method, ByLanguage("假设", "assumption"), name, known)
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
    added = TABLES[table].frame(cells)
    if added.empty:
        return rows
    if label is not None and len(label):
        return pd.concat([rows, added.set_index(label)]).sort_index()
    added.index += int(rows.index.max()) + 1 if len(rows) else 0
    return pd.concat([rows, added]) if len(rows) else added


def _assumed(rows: pd.DataFrame, where: Any) -> pd.DataFrame:
    """Return a table in which some rows are the user's assumption, and say so as their source."""
    said = {"status": ASSUMED, **SOURCE}
    return rows.assign(**{name: rows[name].mask(where, text) for name, text in said.items()})


def _check_given(method: str, given: Given) -> None:
    if not isinstance(given, Mapping | pd.Series) or not len(given):
        raise refusal(UsageError, "refusal.nothing_given", method=method)


def _by_unit(
    case: Case, given: Given, method: str, read: Callable[[str, Any], Any]
) -> dict[str, Any]:
    """Return what is given by unit code, each value read and checked."""
    _check_given(method, given)
    code_of = _unit_code(case, method)
    found: dict[str, Any] = {}
    for unit, value in given.items():
        code = code_of(unit)
        if code in found:
            raise refusal(
                UsageError, "refusal.given_twice", method=method, code=code, unit=str(unit)
            )
        found[code] = read(str(unit), value)
    return found


def _unit_code(case: Case, method: str) -> Callable[[Hashable], str]:
    names = unit_names(called(case.units))

    def found(unit: Hashable) -> str:
        codes = names.get(str(unit).strip().casefold(), [])
        if not codes:
            units = case.units
            known = [*units["name_zh"], *units["name_en"], *units.index]
            raise _unknown(method, ByLanguage("单位", "unit"), unit, known)
        if len(codes) > 1:
            raise refusal(
                UsageError,
                "refusal.several_units",
                method=method,
                unit=str(unit),
                codes=listed(codes),
            )
        return codes[0]

    return found


def _programme(case: Case, programme: str) -> str:
    table = case.function_codes[["code", "programme", "name_zh", "name_en"]]
    wanted = str(programme).strip().casefold()
    for column in table:
        rows = table[table[column].str.casefold() == wanted]
        if len(rows) == 1:
            return str(rows["code"].iloc[0])
    known = table.to_numpy().ravel(order="F")
    raise _unknown("with_assumptions", ByLanguage("科目", "programme"), programme, known)


def _amount(unit: str, value: Any, least: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise refusal(UsageError, "refusal.no_number", name=unit, value=value)
    if value < least:
        raise refusal(UsageError, "refusal.negative", name=unit, value=value)
    return float(value)


def _bounds(name: str, value: Any, least: float = 0.0) -> tuple[float, float, float]:
    """Return a figure and its bounds; a figure alone is exact."""
    if not isinstance(value, list | tuple):
        exact = _amount(name, value, least)
        return exact, exact, exact
    if len(value) != 3:
        raise refusal(UsageError, "refusal.three_numbers", name=name, value=value)
    middle, low, high = (_amount(name, each, least) for each in value)
    if not low <= middle <= high:
        raise refusal(UsageError, "refusal.out_of_order", name=name, value=value)
    return middle, low, high


def _unknown(method: str, what: ByLanguage, given: object, known: Iterable[object]) -> UsageError:
    words = list(dict.fromkeys(map(str, known)))
    # Names of two or three characters share few: what comes nearest is shown all the same.
    close = get_close_matches(str(given), words, n=5, cutoff=0.4) or words[:5]
    return refusal(
        UsageError,
        "refusal.no_such_name",
        method=method,
        what=what,
        given=str(given),
        close=listed(close),
    )
