"""Plans to test with: one unit unless said otherwise, and random ones."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from analysis.stock import StockPlan
from analysis.stock.chance import drawn_months, shared_moves

# A slow machine is no failure.
untimed = settings(deadline=None, max_examples=50)
# Some money comes in another year, and some after two Decembers.
LATER = (0.6, *[0.02] * 20)
AMOUNT = st.floats(0, 200).map(lambda value: round(value, 3))


def one_unit(**changes):
    """Twelve months of 2024 with 100 at the start and a demand of 10 a month."""
    months = changes.pop("months", 12)
    first = changes.pop("first_year", 2024)
    years = np.arange(first, first + (months - 1) // 12 + 1)
    vintage = changes.pop("vintage", years)
    fields = {
        "unit_code": ["654201"],
        "opening_wan": [[100.0 if year == first else 0.0 for year in vintage]],
        "vintage": vintage,
        "receipts_wan": np.zeros((1, months)),
        "demand_wan": np.full((1, months), 10.0),
        "growth": [0.0],
        "volatility": [0.0],
        "lump_rate": [0.0],
        "lump_mean_wan": [0.0],
        "correlation": 0.0,
    }
    return StockPlan(**(fields | changes))


def drawn(plan, unit, paths, seed, block=0):
    """Return a unit's arrivals, shape (T, V, P) or (T, V, 1), and demand, (T * S, P)."""
    shared = shared_moves(plan, seed, block, paths)
    months = list(drawn_months(plan, unit, shared, seed=seed, block=block, paths=paths))
    arrivals, demand = zip(*months, strict=True)
    return np.array(arrivals), np.concatenate(demand)


@st.composite
def plans(draw, most_units=3, most_months=40, late=True):
    """Plans of several units, years and vintages, some of them older than the first year."""
    units = draw(st.integers(1, most_units))
    months = draw(st.integers(1, most_months))
    older = draw(st.integers(0, 2))
    years = np.arange(2024 - older, 2024 + (months - 1) // 12 + 1)

    def table(columns):
        row = st.lists(AMOUNT, min_size=columns, max_size=columns)
        return np.array(draw(st.lists(row, min_size=units, max_size=units)))

    def each(least, most):
        return draw(st.lists(st.floats(least, most), min_size=units, max_size=units))

    opening = table(len(years))
    opening[:, years > 2024] = 0
    receipts = table(months) * (np.arange(months) % draw(st.integers(1, 6)) == 0)
    return StockPlan(
        unit_code=[f"65420{unit}" for unit in range(units)],
        opening_wan=opening,
        vintage=years,
        receipts_wan=receipts,
        demand_wan=table(months),
        growth=each(-0.05, 0.05),
        volatility=each(0, 0.3),
        lump_rate=each(0, 2),
        lump_mean_wan=each(0, 50),
        correlation=draw(st.floats(0, 1)),
        steps_per_month=draw(st.sampled_from([1, 1, 3])),
        late_odds=draw(st.sampled_from([(1.0,), (1.0,), (0.5, 0.3, 0.2), LATER])) if late else (1,),
    )
