"""What a column of that name holds, wherever it stands: its unit, its decimals, its label.

A table, a chart's numbers, its alternative text, the workbook and the results file all read this
one list. To add a column: one line here, and its label in ``words/*/column.toml``.
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


# The order in which columns are told apart here is that of the notebooks.
COLUMNS: dict[str, Quantity] = {
    "unit_code": Quantity(hidden=True),
    "name": Quantity(),
    "amount_wan": Quantity("wan"),
    "persons": Quantity("persons"),
    "households": Quantity("households"),
    "low": Quantity("count"),
    "high": Quantity("count"),
    "status": Quantity("status"),
    "source": Quantity(),
    # Shares.
    "share": Quantity("percent"),
    "need_share": Quantity("percent", ends=True),
    "ratio": Quantity("ratio", ends=True),
    "yuan_per_person": Quantity("one", per_head_digits, ends=True),
    "yuan_per_household": Quantity("one", per_head_digits, ends=True),
    "gap_wan": Quantity("wan", 1),
    "odds_above": Quantity("odds"),
    "rank": Quantity("count", ends=True),
    "verdict": Quantity(word="verdict"),
    # Inequality.
    "units": Quantity("count"),
    "theil_t_within": Quantity("ratio", 4),
    "theil_l_within": Quantity("ratio", 4),
    "need_cum": Quantity("percent", 1),
    "money_cum": Quantity("percent", 1),
    "hoover": Quantity("percent", 1),
    "gini": Quantity("ratio", 3),
    "mean": Quantity("one", per_head_digits),
    "measure": Quantity(),
    "value": Quantity("ratio", 3),
    "meaning": Quantity(),
    # Beside another allocation, and other ways to share the money.
    "before_wan": Quantity("wan"),
    "after_wan": Quantity("wan"),
    "change_wan": Quantity("wan"),
    "change": Quantity("percent"),
    "ratio_before": Quantity("ratio"),
    "ratio_after": Quantity("ratio"),
    "moved": Quantity(word="earlier_chart"),
    "proportional_wan": Quantity("wan"),
    "formula_wan": Quantity("wan"),
    "floor_wan": Quantity("wan"),
    "ceiling_wan": Quantity("wan"),
    "weight": Quantity("percent", ends=True),
    "distance_start": Quantity("percent"),
    "distance_end": Quantity("percent"),
    "inside_start": Quantity("count"),
    "inside_end": Quantity("count"),
    "item": Quantity(),
    "between": Quantity(),
    "factor": Quantity(),
    "identifiable": Quantity(word="scenario_page"),
    "total": Quantity("ratio", 2, ends=True),
    "first": Quantity("ratio", 2),
    "first_low": Quantity("ratio", 2, hidden=True),
    "first_high": Quantity("ratio", 2, hidden=True),
    "exact_wan": Quantity("wan", 1),
    "hamilton": Quantity("wan"),
    "webster": Quantity("wan"),
    "jefferson": Quantity("wan"),
    "adams": Quantity("wan"),
    "huntington_hill": Quantity("wan"),
    "distance": Quantity("percent"),
    **{f"year_{year}": Quantity("wan", 1) for year in range(1, 101)},
    "target_wan": Quantity("wan", 1),
    # What a case holds, and what its checks found.
    "severity": Quantity(word="check_page"),
    "code": Quantity(),
    "place": Quantity(),
    "message": Quantity(),
    "remedy": Quantity(),
    "fund_tag": Quantity(),
    "function_code": Quantity(),
    "group": Quantity(),
    "total_count": Quantity("count"),
    "counted_in": Quantity(),
    "indicator": Quantity(),
    "target": Quantity(),
    "printed_weight": Quantity("count"),
    "weight_100": Quantity("ratio", 1),
    "indicator_note": Quantity(),
    # Stock of funds, and spending.
    "month": Quantity("month"),
    "runway_months": Quantity("months", 1, ends=True),
    "days_of_cover": Quantity("days", 1),
    **{f"odds_month_{month}": Quantity("odds") for month in range(1, 13)},
    **{f"stock_q{part}_wan": Quantity("wan") for part in (5, 25, 50, 75, 95)},
    **{f"vintage_{place}_wan": Quantity("wan") for place in range(1, 7)},
    "recovered_wan": Quantity("wan"),
    "execution_rate": Quantity("percent", 1),
    "actual_rate": Quantity("percent", 1),
    "time_progress": Quantity("percent", 1),
    "last_month": Quantity("month"),
    "spent_wan": Quantity("wan"),
    "spent_share": Quantity("percent", 1),
    "forecast_wan": Quantity("wan", ends=True),
    "forecast_share": Quantity("percent", 1, ends=True),
    "monthly_demand_wan": Quantity("wan", 2),
    "demand_wan": Quantity("wan", 1, ends=True),
    "lasts": Quantity(word="lasts"),
    "life_month": Quantity("month"),
    "odds_year_end": Quantity("odds"),
    "carry_over_wan": Quantity("wan", 1, ends=True),
    "expected_shortfall_wan": Quantity("wan", 1),
    "top_up_wan": Quantity("wan", 1),
    "reported_to": Quantity(),
    "unspent_wan": Quantity("wan"),
    "left_wan": Quantity("wan", ends=True),
    "odds_used_up": Quantity("odds"),
    "periods_ahead": Quantity("count"),
    "forecasts": Quantity("count"),
    "coverage": Quantity("percent"),
    "error": Quantity("percent"),
    "bias": Quantity("percent"),
    "width": Quantity("percent"),
    "wan_per_month": Quantity("wan", 2),
    "residents": Quantity("persons"),
    "yuan_per_resident": Quantity("one", 2),
    **{f"growth_to_{month}": Quantity("percent", 1) for month in (3, 6, 9, 12)},
    # The values that a projection uses.
    "parameter": Quantity(word="parameter"),
    "scope": Quantity(),
    "value_used": Quantity("plain"),
    "value_low": Quantity("plain"),
    "value_high": Quantity("plain"),
    "measured_in": Quantity(),
    # What each uncertain value does to the stock of funds.
    "range_low": Quantity("plain"),
    "range_high": Quantity("plain"),
    "shortfall_wan": Quantity("wan"),
    "shortfall_low_wan": Quantity("wan"),
    "shortfall_high_wan": Quantity("wan"),
    "carry_wan": Quantity("wan"),
    "carry_low_wan": Quantity("wan"),
    "carry_high_wan": Quantity("wan"),
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
