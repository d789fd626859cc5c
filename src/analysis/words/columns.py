"""What a column of that name holds, wherever it stands: its unit, its decimals, its label.

A table, a chart's numbers, its alternative text, the workbook and the results file all read this
one list. To add a column: its name beside its kind here, and its label in ``words/*/column.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from analysis.words import catalogue


@dataclass(frozen=True)
class Quantity:
    """A column's kind.

    Parameters
    ----------
    unit : str, optional
        One of `analysis.words.numbers.UNITS`, ``status`` for statuses, None for text.
    digits : int or function, optional
        Decimals, or what finds them from the values; by default what is usual for the unit.
    word : str, optional
        Section of the catalogue that names the values of a text column: a cell ``below`` of a
        column with ``verdict`` reads ``verdict.below``.
    hidden : bool
        Kept for the results file and the workbook, not shown on the page.
    ends : bool
        Whether the ends of its interval are columns of the same kind: ``_low`` and ``_high``.
    """

    unit: str | None = None
    digits: int | Callable[[Iterable[float]], int] | None = None
    word: str | None = None
    hidden: bool = False
    ends: bool = False

    def digits_of(self, values: Iterable[float]) -> int | None:
        """Return the decimals to show; None for what is usual for the unit."""
        return self.digits(values) if callable(self.digits) else self.digits


def per_head_digits(amounts: Iterable[float]) -> int:
    """Return the decimals of amounts per head, which may be a few 分 or thousands of yuan.

    Examples
    --------
    >>> per_head_digits([170.14, 37.4]), per_head_digits([4.2]), per_head_digits([])
    (0, 2, 2)
    """
    finite = [value for value in amounts if np.isfinite(value)]
    middle = float(np.median(finite)) if finite else 0.0
    return 0 if middle >= 100 else 1 if middle >= 10 else 2


# Every column of a kind, the kinds in the order of `analysis.words.numbers.UNITS`.
_KINDS: tuple[tuple[Quantity, str], ...] = (
    (Quantity("wan", 1), "gap_wan exact_wan target_wan expected_shortfall_wan top_up_wan"),
    (Quantity("wan", 2), "monthly_demand_wan wan_per_month"),
    (
        Quantity("wan"),
        "amount_wan before_wan after_wan change_wan proportional_wan formula_wan floor_wan "
        "ceiling_wan hamilton webster jefferson adams huntington_hill recovered_wan spent_wan "
        "unspent_wan shortfall_wan shortfall_low_wan shortfall_high_wan carry_wan carry_low_wan "
        "carry_high_wan",
    ),
    (Quantity("wan", 1, ends=True), "demand_wan carry_over_wan"),
    (Quantity("wan", ends=True), "forecast_wan left_wan"),
    (Quantity("one", 2), "yuan_per_resident"),
    (Quantity("one", per_head_digits), "mean"),
    (Quantity("one", per_head_digits, ends=True), "yuan_per_person yuan_per_household"),
    (Quantity("persons"), "persons residents"),
    (Quantity("households"), "households"),
    (
        Quantity("count"),
        "low high units inside_start inside_end total_count printed_weight periods_ahead forecasts",
    ),
    (Quantity("count", ends=True), "rank"),
    (
        Quantity("percent", 1),
        "need_cum money_cum hoover execution_rate actual_rate time_progress spent_share",
    ),
    (
        Quantity("percent"),
        "share change distance_start distance_end distance coverage error bias width",
    ),
    (Quantity("percent", 1, ends=True), "forecast_share"),
    (Quantity("percent", ends=True), "need_share weight"),
    (Quantity("odds"), "odds_above odds_year_end odds_used_up"),
    (Quantity("ratio", 1), "weight_100"),
    (Quantity("ratio", 2), "first"),
    (Quantity("ratio", 3), "gini value"),
    (Quantity("ratio", 4), "theil_t_within theil_l_within"),
    (Quantity("ratio"), "ratio_before ratio_after"),
    (Quantity("ratio", 2, ends=True), "total"),
    (Quantity("ratio", ends=True), "ratio"),
    (Quantity("ratio", 2, hidden=True), "first_low first_high"),
    (Quantity("months", 1, ends=True), "runway_months"),
    (Quantity("days", 1), "days_of_cover"),
    (Quantity("month"), "month last_month life_month"),
    (Quantity("plain"), "value_used value_low value_high range_low range_high"),
    (Quantity("status"), "status"),
    (
        Quantity(),
        "name source measure meaning item between factor code place message remedy fund_tag "
        "function_code group counted_in indicator target indicator_note reported_to scope "
        "measured_in",
    ),
    (Quantity(word="check_page"), "severity"),
    (Quantity(word="earlier_chart"), "moved"),
    (Quantity(word="lasts"), "lasts"),
    (Quantity(word="parameter"), "parameter"),
    (Quantity(word="scenario_page"), "identifiable"),
    (Quantity(word="verdict"), "verdict"),
    (Quantity(hidden=True), "unit_code"),
)
COLUMNS: dict[str, Quantity] = {
    **{name: kind for kind, names in _KINDS for name in names.split()},
    **{f"year_{year}": Quantity("wan", 1) for year in range(1, 101)},
    **{f"odds_month_{month}": Quantity("odds") for month in range(1, 13)},
    **{f"stock_q{part}_wan": Quantity("wan") for part in (5, 25, 50, 75, 95)},
    **{f"vintage_{place}_wan": Quantity("wan") for place in range(1, 7)},
    **{f"growth_to_{month}": Quantity("percent", 1) for month in (3, 6, 9, 12)},
}
COLUMNS |= {
    f"{name}_{end}": kind for name, kind in COLUMNS.items() if kind.ends for end in ("low", "high")
}


def label(name: str, lang: str) -> str:
    """Return a column's label; a need group's name; or else the column's own name.

    Examples
    --------
    >>> label("ratio", "zh"), label("resident", "en"), label("my_own", "en")
    ('资金与需求匹配度', 'residents', 'my_own')
    """
    texts = catalogue(lang).texts
    return texts.get(f"column.{name}") or texts.get(f"group.{name}") or name
