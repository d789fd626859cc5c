"""The measures against PySAL's: units as they are, and need person by person."""

import numpy as np
import pandas as pd
import pytest
from inequality.atkinson import atkinson as pysal_atkinson
from inequality.gini import Gini
from inequality.schutz import Schutz
from inequality.theil import Theil, TheilD
from inequality.wolfson import lorenz_curve
from inequality_samples import counties
from libpysal.examples import get_path

from analysis.inequality import atkinson, gini, hoover, lorenz, theil_decomposition, theil_t

STATES = pd.read_csv(get_path("mexico.csv"))
DECADES = [f"pcgdp{year}" for year in range(1940, 2010, 10)]
REGIONS = STATES["hanson98"].to_numpy()


def persons():
    """Counties of 1 to 9 persons, and the same persons one by one."""
    amount, _ = counties(300)
    need = np.random.default_rng(4).integers(1, 10, amount.size)
    return amount, need, np.repeat(amount / need, need)


@pytest.fixture(params=[*DECADES, "counties", "persons"])
def case(request):
    """Amount, need, and what PySAL takes for them."""
    if request.param in DECADES:
        states = STATES[request.param].to_numpy(float)
        return states, None, states
    return (counties()[0], None, counties()[0]) if request.param == "counties" else persons()


def test_gini(case):
    amount, need, alone = case
    assert gini(amount, need) == pytest.approx(Gini(alone).g, abs=1e-12)


def test_hoover_is_the_schutz_distance(case):
    amount, need, alone = case
    distance = Schutz(pd.DataFrame({"y": alone}), "y").distance
    assert hoover(amount, need) == pytest.approx(distance, abs=1e-12)


def test_lorenz(case):
    amount, need, alone = case
    curve = lorenz(amount, need)
    x, y = lorenz_curve(alone)
    on_it = np.interp(x, curve["need_cum"], curve["money_cum"])
    np.testing.assert_allclose(on_it, y, rtol=0, atol=1e-12)


def test_theil_t(case):
    amount, need, alone = case
    assert theil_t(amount, need) == pytest.approx(Theil(alone).T, abs=1e-12)


# PySAL puts 2e-308 in place of 0: x ln x is then 0 to 1e-305, which is the limit that we take.
def test_theil_t_with_units_without_money():
    amount = counties()[0]
    amount[::7] = 0
    assert theil_t(amount) == pytest.approx(Theil(amount).T, abs=1e-12)


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1, 2, 5])
def test_atkinson(case, epsilon):
    amount, need, alone = case
    expected = pysal_atkinson(alone, epsilon)
    assert atkinson(amount, need, epsilon=epsilon) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("decade", DECADES)
def test_theil_t_by_region(decade):
    amount = STATES[decade].to_numpy(float)
    row = theil_decomposition(amount, None, REGIONS).measures.loc["theil_t"]
    pysal = TheilD(amount, REGIONS)
    assert row["between"] == pytest.approx(pysal.bg.item(), abs=1e-12)
    assert row["within"] == pytest.approx(pysal.wg.item(), abs=1e-12)


def test_theil_t_by_group_person_by_person():
    amount, need, alone = persons()
    group = np.arange(amount.size) % 7
    row = theil_decomposition(amount, need, group).measures.loc["theil_t"]
    pysal = TheilD(alone, np.repeat(group, need))
    assert row["between"] == pytest.approx(pysal.bg.item(), abs=1e-12)
    assert row["within"] == pytest.approx(pysal.wg.item(), abs=1e-12)


def test_theil_t_by_group_with_a_group_without_money():
    amount = counties(300)[0]
    group = np.arange(amount.size) % 7
    amount[group == 3] = 0
    row = theil_decomposition(amount, None, group).measures.loc["theil_t"]
    pysal = TheilD(amount, group)
    assert row["between"] == pytest.approx(pysal.bg.item(), abs=1e-12)
    assert row["within"] == pytest.approx(pysal.wg.item(), abs=1e-12)
