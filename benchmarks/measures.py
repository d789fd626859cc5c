"""Time every measure over all counties of the census, beside a peer in the same run.

Run as ``python benchmarks/measures.py census_county_2020.csv [--json FILE]``. Residents are the
census's; amounts and aided counts are made from them by a fixed pattern and are synthetic.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import inequality as pysal  # type: ignore[import-untyped]
import numpy as np
import pandas as pd
from inequality.schutz import Schutz  # type: ignore[import-untyped]
from SALib.analyze import sobol as salib
from SALib.sample import sobol as salib_draws
from scipy import sparse
from scipy.optimize import linprog

from analysis.apportion import METHODS, apportion
from analysis.formula import formula_amounts, measure_shares
from analysis.implied import implied_weights
from analysis.inequality import (
    atkinson,
    concentration_index,
    gini,
    hoover,
    lorenz,
    theil_decomposition,
    theil_l,
    theil_t,
)
from analysis.pace import pace_of_change
from analysis.sensitivity import weight_sensitivity
from analysis.shares import share_table
from analysis.uncertainty import share_uncertainty

Work = Callable[[], Any]

# Short work is repeated this long, and the quickest run counts: the others were disturbed.
REPEAT_SECONDS = 0.5
FEN_IN_A_WAN = 1_000_000
DRAWS = 4000
SAMPLES = 512


class Counties(NamedTuple):
    """Every county with residents; index the census's county code."""

    measures: pd.DataFrame
    province: pd.Series
    synthetic_wan: pd.Series
    synthetic_aided: pd.DataFrame


class Timing(NamedTuple):
    """One line of the table."""

    measure: str
    seconds: float
    peak_mb: float
    peer: str
    times_peer: float


def counties(census: Path) -> Counties:
    """Read the census and make up money and aided people from residents."""
    table = pd.read_csv(census, dtype={"code": "str"})
    table = table[(table["level"] == "county") & table["code"].notna() & (table["population"] > 0)]
    table = table.set_index("code")
    residents = table["population"]
    # Multiples of the golden ratio, mod 1: spread evenly, the same in every run.
    pattern = 0.5 + np.arange(len(table)) * 0.6180339887 % 1
    aided = np.ceil(residents / 30)
    return Counties(
        measures=pd.DataFrame(
            {
                "urban": table["urban"],
                "rural": table["rural"],
                "households": table["households"],
                "aged_65_plus": residents * table["share_65_plus_pct"] / 100,
                "each_county": 1.0,
            }
        ).astype(float),
        province=table.index.to_series().str[:2],
        synthetic_wan=np.ceil(residents * 0.012 * pattern),
        synthetic_aided=pd.DataFrame(
            {"persons": aided, "low": np.floor(aided / 2), "high": aided * 2}
        ),
    )


def works(units: Counties) -> Iterator[tuple[str, Work, str, Work]]:
    """Return for each measure its work, and its peer's name and work.

    Where PySAL has the measure, both are given the same array, every unit counting once. Else
    the peer is the library underneath, asked once, or numpy's sort of one number a county or of
    as many as are drawn.
    """
    amount, need = units.synthetic_wan, units.synthetic_aided["persons"]
    money, group = amount.to_numpy(), units.province.to_numpy()
    frame = pd.DataFrame({"money": money})
    drawn = np.random.default_rng(1).random((len(money), DRAWS))
    total_wan, equal = int(amount.sum()), pd.Series(1.0, units.measures.columns)
    yield from (
        ("gini, each once", lambda: gini(money), "PySAL Gini", lambda: pysal.gini.Gini(money).g),
        ("theil_t, each once", lambda: theil_t(money), "PySAL Theil", lambda: theil(money)),
        (
            "theil_decomposition, each once",
            lambda: theil_decomposition(money, None, group).measures.loc["theil_t", "between"],
            "PySAL TheilD",
            lambda: pysal.theil.TheilD(money, group).bg.item(),
        ),
        (
            "atkinson, each once",
            lambda: atkinson(money, epsilon=0.5),
            "PySAL atkinson",
            lambda: pysal.atkinson.atkinson(money, 0.5),
        ),
        (
            "hoover, each once",
            lambda: hoover(money),
            "PySAL Schutz",
            lambda: Schutz(frame, "money").distance,
        ),
        (
            f"share_uncertainty, {DRAWS:,} draws",
            lambda: share_uncertainty(
                amount, units.synthetic_aided, rounding_wan=1, draws=DRAWS, seed=1
            ),
            "sort of draws",
            lambda: np.sort(drawn, axis=1),
        ),
        (
            "implied_weights, 5 measures",
            lambda: implied_weights(amount, units.measures, rounding_wan=1.0),
            "HiGHS, 1 fit",
            least_misfit(units),
        ),
        (
            f"weight_sensitivity, 5 measures x {SAMPLES}",
            lambda: weight_sensitivity(units.measures, samples=SAMPLES, seed=1),
            "SALib, 1 county",
            one_county(units),
        ),
    )
    alone: dict[str, Work] = {
        "share_table": lambda: share_table(amount, need),
        "gini": lambda: gini(amount, need),
        "lorenz": lambda: lorenz(amount, need),
        "theil_t": lambda: theil_t(amount, need),
        "theil_l": lambda: theil_l(amount, need),
        "theil_decomposition by province": lambda: theil_decomposition(
            amount, need, units.province
        ),
        "atkinson": lambda: atkinson(amount, need, epsilon=0.5),
        "hoover": lambda: hoover(amount, need),
        "concentration_index": lambda: concentration_index(
            amount, need, rank=units.measures["aged_65_plus"]
        ),
        "formula_amounts, 5 measures": lambda: formula_amounts(total_wan, units.measures, equal),
        "pace_of_change, 20 years": lambda: pace_of_change(
            amount, need / need.sum(), years=20, growth=0.03, within=0.1, max_cut=0.05
        ),
    }
    for method in METHODS:
        for unit, total in (("wan", total_wan), ("fen", total_wan * FEN_IN_A_WAN)):
            alone[f"apportion, {method}, {unit}"] = partial(apportion, total, need, method=method)
    for name, work in alone.items():
        yield name, work, "numpy sort", lambda: np.sort(money)


def theil(money: np.ndarray) -> float:
    """Return PySAL's Theil T."""
    return float(pysal.theil.Theil(money).T)


def least_misfit(units: Counties) -> Work:
    """Return one linear programme: the weights with the least sum of absolute differences."""
    shares, money = measure_shares(units.measures), units.synthetic_wan
    n, k = shares.shape
    one = sparse.identity(n)
    programme = {
        "c": np.concatenate((np.zeros(k), np.ones(2 * n))),
        "A_eq": sparse.hstack((shares.to_numpy() * n, one, -one), format="csc"),
        "b_eq": money / money.mean(),
    }
    return lambda: linprog(method="highs", **programme)


def one_county(units: Counties) -> Work:
    """Return SALib's analysis of the money of the first county."""
    names = [*units.measures.columns]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.5, 2.0]] * len(names)}
    weights = salib_draws.sample(problem, SAMPLES, calc_second_order=False, seed=1)
    share = weights @ measure_shares(units.measures).iloc[0] / weights.sum(axis=1)
    return lambda: salib.analyze(problem, share, calc_second_order=False, seed=1)


def quickest(work: Work) -> float:
    """Return the seconds of the quickest run; a first run, which may import, does not count."""
    work()
    best, spent = float("inf"), 0.0
    while spent < REPEAT_SECONDS:
        start = time.perf_counter()
        work()
        taken = time.perf_counter() - start
        best, spent = min(best, taken), spent + taken
    return best


def peak_mb(work: Work) -> float:
    """Return the most memory, in 10⁶ bytes, that the work held at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def compare(name: str, work: Work, peer: str, peer_work: Work) -> Timing:
    """Time a measure and its peer; where both give the same figure, see that they do."""
    ours, theirs = work(), peer_work()
    if isinstance(theirs, float) and not np.isclose(ours, theirs, rtol=1e-9):
        raise SystemExit(f"{name}: {ours} here, {theirs} from {peer}. Times of different things.")
    seconds, peer_seconds = quickest(work), quickest(peer_work)
    return Timing(name, seconds, peak_mb(work), peer, seconds / peer_seconds)


# Without a key nothing is kept: each call computes.
@patch("analysis.kept.content_key", new=lambda *values: None)
def main() -> None:
    """Print the table of times; write it as JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("census", type=Path, help="counties of the census, CSV")
    arguments.add_argument("--json", type=Path, help="also write the figures here")
    given = arguments.parse_args()
    units = counties(given.census)
    print(f"{len(units.province):,} counties, synthetic amounts and aided counts")
    print(f"{'measure':<38}{'ms':>10}{'peak MB':>9}  {'peer':<15}{'x peer':>9}")
    timings = []
    for work in works(units):
        timings.append(compare(*work))
        name, seconds, peak, peer, times = timings[-1]
        print(f"{name:<38}{seconds * 1000:>10.3f}{peak:>9.1f}  {peer:<15}{times:>9.2f}", flush=True)
    if given.json:
        record = {
            "counties": len(units.province),
            "status": "synthetic",
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "timings": [timing._asdict() for timing in timings],
        }
        given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
