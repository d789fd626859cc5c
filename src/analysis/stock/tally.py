"""What is kept of a unit's paths while they go by: sums and counts, not the paths."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.stock.bins import PLACES, Scale, quantiles, scale_of
from analysis.stock.block import Block, parts, sums_length
from analysis.stock.payment import TOLERANCE, YEAR
from analysis.stock.top_up import peak_scale, top_up, top_up_of_peaks
from analysis.stock.unit_model import UnitModel

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
# So many paths are kept: a run of no more is summarised exactly, a longer one sets its bins.
KEPT = 4096
# So many of them set the bins.
SAMPLE = 1024


class Tally:
    """The paths of one unit so far.

    Parameters
    ----------
    engine : module
        `analysis.stock.reference` or `analysis.stock.kernel`.
    model : UnitModel
    vintages : int
    paths : int
        How many there will be.
    """

    def __init__(self, engine: ModuleType, model: UnitModel, paths: int) -> None:
        self.engine, self.paths = engine, paths
        self.shape = model.months, len(model.opening)
        self.most = model.opening.sum() + model.receipts.cumsum()
        self.sums = np.zeros(sums_length(*self.shape))
        self.depleted = np.zeros(model.months + 1, dtype=np.int64)
        self.recovered = 0
        self.kept: tuple[NDArray[np.float64], ...] = ()
        self.scale: Scale | None = None
        counted, rows = paths > KEPT, 1 if model.months <= YEAR else 2
        self.counts = np.zeros((model.months if counted else 0, PLACES), dtype=np.int32)
        self.peak_counts = np.zeros((rows, PLACES), dtype=np.int32)
        self.peaks = np.zeros((rows, PLACES))

    def add(self, block: Block, paths: int) -> None:
        """Add the first paths of a block."""
        for row in block.sums:
            self.sums += row
        self.depleted += np.bincount(block.depleted[:paths], minlength=len(self.depleted))
        more = block.recovered[:paths] > TOLERANCE * self.most[-1]
        self.recovered += int(np.count_nonzero(more))
        stock = block.stock[:, :paths]
        amounts = block.lacking[: len(self.peaks), :paths]
        if self.scale is None:
            stock, amounts = self._keep(stock, amounts)
        if self.scale is not None:
            self._count(stock, amounts)

    def _keep(
        self, stock: NDArray[np.float64], amounts: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Keep paths until there are enough to set the bins; return what is to be counted."""
        if self.kept:
            stock = np.concatenate([self.kept[0], stock], axis=1)
            amounts = np.concatenate([self.kept[1], amounts], axis=1)
        if self.paths > KEPT <= stock.shape[1]:
            self.scale = scale_of(stock[:, :SAMPLE], self.most)
            self.peak_scale = peak_scale(amounts[:, :SAMPLE])
            self.kept = ()
        else:
            self.kept = (stock.copy(), amounts.copy())
        return stock, amounts

    def _count(self, stock: NDArray[np.float64], amounts: NDArray[np.float64]) -> None:
        self.engine.add_counts(stock, self.scale, self.counts)
        if amounts.any():
            self.engine.add_peaks(amounts, self.peak_scale, self.peak_counts, self.peaks)
        else:
            self.peak_counts[:, 0] += amounts.shape[1]

    def summary(self) -> dict[str, Any]:
        """Return the fields of `StockResult` that the paths decide."""
        paid, shortfall, stock_wan, recovered = (
            part / self.paths for part in parts(self.sums, *self.shape)
        )
        if self.scale is None:
            stock, amounts = self.kept
            fan = np.quantile(stock, LEVELS, axis=1)
            more = [top_up(row) for row in amounts]
        else:
            fan = quantiles(self.counts, self.scale, self.most, LEVELS)
            both = zip(self.peak_counts, self.peaks, strict=True)
            more = [top_up_of_peaks(*row) for row in both]
        return {
            "odds_depleted": self.depleted[1:].cumsum() / self.paths,
            "quantiles": fan,
            "paid_wan": paid,
            "shortfall_wan": shortfall,
            "expected_shortfall_wan": shortfall.sum(),
            "vintage_stock_wan": stock_wan,
            "recovered_by_year_wan": recovered,
            "odds_recovered": self.recovered / self.paths,
            "top_up_wan": more[0],
            "top_up_year_wan": more[-1],
        }
