"""Money and need to measure, and the measures that take nothing else."""

from dataclasses import replace
from functools import partial

import numpy as np
from hypothesis import strategies as st

from analysis.inequality import MEASURES, atkinson

# Every registered measure that takes nothing but money and need, and Atkinson's in other forms.
UNRANKED = [measure for measure in MEASURES.values() if not measure.ranked]
UNRANKED += [
    replace(MEASURES["atkinson"], key=f"atkinson_{e}", function=partial(atkinson, epsilon=e))
    for e in (0.5, 2)
]
positive = st.floats(min_value=0.01, max_value=1e6)
at_least_0 = st.one_of(st.just(0.0), positive)
whole = st.integers(1, 100)


@st.composite
def money_and_need(draw, money=positive, need=positive, least=1):
    n = draw(st.integers(min_value=least, max_value=8))
    rows = (st.lists(values, min_size=n, max_size=n) for values in (money, need))
    a, w = (np.array(draw(row), dtype=float) for row in rows)
    # A total of 0 has no shares.
    a[0] = a[0] or 1.0
    w[-1] = w[-1] or 1.0
    return a, w


def counties(n=2850, seed=1):
    """Sizes as counties have: the largest some thousand times the smallest."""
    rng = np.random.default_rng(seed)
    need = np.ceil(rng.lognormal(8, 1.1, n))
    return np.round(need * rng.lognormal(-4, 0.7, n), 2), need
