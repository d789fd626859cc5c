"""The compiled kernel and NumPy give the same bits, wherever and however they run."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from stock_plans import one_unit, plans, untimed

from analysis.stock import engine as choice
from analysis.stock import reference, simulate, simulation
from analysis.stock.demand import shared_keys
from analysis.stock.unit_model import unit_model

NOISE = {"volatility": [0.2], "lump_rate": [0.7], "lump_mean_wan": [4.0], "correlation": 0.4}
FIGURES = """
import json, numpy as np
from analysis.stock import StockPlan, simulate
plan = StockPlan(
    unit_code=["654201"], opening_wan=[[70.0]], vintage=[2024], receipts_wan=[[5.0] * 12],
    demand_wan=[[10.0] * 12], growth=[0.01], volatility=[0.2], lump_rate=[0.7],
    lump_mean_wan=[4.0], correlation=0.4, late_odds=[0.7, 0.2, 0.1],
)
result = simulate(plan, paths=6000, seed=9)
print(json.dumps([result.quantiles.tolist(), result.top_up_wan.tolist(), result.paid_wan.tolist()]))
"""


@pytest.fixture(scope="module")
def kernel():
    module = choice.load_kernel()
    assert module is not reference
    return module


def with_engine(monkeypatch, module):
    monkeypatch.setattr(simulation, "engine", lambda _: module)


def assert_same(one, other):
    for field in dataclasses.fields(one):
        found, wanted = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_array_equal(found, wanted, err_msg=field.name)


@untimed
@given(plan=plans())
def test_every_figure_of_every_path_is_the_same(kernel, plan):
    steps, keys = plan.months * plan.steps_per_month, shared_keys(plan, 7)
    for unit in range(len(plan.unit_code)):
        model = unit_model(plan, unit, 7)
        found = []
        for module in (kernel, reference):
            shared = module.draw_walk(keys, steps, 100, 700)
            found.append([shared, *module.draw_block(model, plan.vintage, shared, 100, 700)])
        for one, other in zip(*found, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        NOISE,
        NOISE | {"correlation": 0.0},
        NOISE | {"correlation": 1.0, "steps_per_month": 4},
        NOISE | {"lump_rate": [300.0], "lump_mean_wan": [0.01]},
        NOISE | {"late_odds": [0.5, 0.5], "receipts_wan": np.full((1, 12), 4.0)},
        {"months": 30, "late_odds": [0.2] + [0.1] * 8, "receipts_wan": np.full((1, 30), 9.0)},
    ],
)
@pytest.mark.parametrize("paths", [300, 9000])
def test_results_are_the_same_to_the_bit(kernel, monkeypatch, changes, paths):
    plan = one_unit(**changes)
    results = []
    for module in (kernel, reference):
        with_engine(monkeypatch, module)
        results.append(simulate(plan, paths=paths, seed=3))
    assert_same(*results)


@pytest.mark.parametrize("paths", [1000, 10_000])
def test_the_size_of_a_block_changes_no_bit(kernel, monkeypatch, paths):
    with_engine(monkeypatch, kernel)
    plan = one_unit(months=24, **NOISE)
    whole = simulate(plan, paths=paths, seed=3)
    for tiles in (1, 3, 20):
        monkeypatch.setattr(simulation, "BLOCK", tiles * 512)
        assert_same(simulate(plan, paths=paths, seed=3), whole)


def run(code=FIGURES, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )


LOADED = "from analysis.stock.engine import load_kernel\nname = load_kernel().__name__\n"
NAMED = LOADED + FIGURES + "print(name)"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Compile into an empty cache; return it, and what was printed."""
    cache = tmp_path_factory.mktemp("cache")
    return cache, run(NAMED, NUMBA_CACHE_DIR=str(cache)).stdout.splitlines()


def test_other_processes_with_and_without_numba_give_the_same(compiled):
    cache, cold = compiled
    plain = run(RELIEF_WITHOUT_NUMBA="1").stdout.splitlines()
    assert list(cache.rglob("*.nbc"))
    warm = run(NAMED, NUMBA_CACHE_DIR=str(cache)).stdout.splitlines()
    assert cold == warm == [*plain, "analysis.stock.kernel"]
    assert np.isfinite(json.loads(plain[0])[0]).all()


@pytest.mark.parametrize(
    ("before", "environment"),
    [
        ("import sys; sys.modules['numba'] = None\n", {}),
        ("", {"NUMBA_DISABLE_JIT": "1"}),
        # Nowhere to keep what is compiled.
        (
            "",
            {
                "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
                "NUMBA_CACHE_DIR": "/dev/null/here",
            },
        ),
    ],
)
def test_without_numba_or_a_place_for_its_cache_numpy_does_the_work(before, environment):
    done = run(before + NAMED, **environment)
    plain = run(RELIEF_WITHOUT_NUMBA="1")
    assert done.stdout.splitlines() == [*plain.stdout.splitlines(), "analysis.stock.reference"]
    assert done.stderr == ""


def test_a_damaged_cache_is_no_failure(compiled, tmp_path):
    shutil.copytree(compiled[0], tmp_path, dirs_exist_ok=True)
    for file in tmp_path.rglob("*.nbi"):
        file.write_bytes(b"damaged")
    done = run(NAMED, NUMBA_CACHE_DIR=str(tmp_path))
    assert done.stdout.splitlines()[:1] == run(RELIEF_WITHOUT_NUMBA="1").stdout.splitlines()
    assert done.stderr == ""


@pytest.mark.parametrize("module", ["analysis", "analysis.case", "analysis.stock"])
def test_numba_is_imported_only_by_a_long_run(module):
    assert run(f"import sys, {module}; print('numba' in sys.modules)").stdout == "False\n"
    if module == "analysis.stock":
        assert run(FIGURES + "import sys; print('numba' in sys.modules)").stdout.endswith("False\n")


def test_the_kernel_uses_neither_fast_maths_nor_threads(kernel):
    for function in (kernel.FILL_WALK, kernel.FILL_BLOCK, kernel.COUNT):
        assert not function.targetoptions.get("parallel")
        assert not function.targetoptions.get("fastmath")
