"""Sample tables of any size, and every chart drawn from them."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from analysis.figures import shares, stock
from analysis.inequality import gini, hoover
from analysis.inequality import lorenz as lorenz_curve
from analysis.shares import share_table

NAMES = ["塔城市", "额敏县", "乌苏市", "沙湾市", "托里县", "裕民县", "和布克赛尔蒙古自治县"]
ENGLISH = ["Tacheng", "Emin", "Usu", "Shawan", "Toli", "Yumin", "Hoboksar Mongol Autonomous County"]
AMOUNT = [67.0, 98.0, 78.0, 50.0, 55.0, 32.0, 32.0]
RESIDENTS = [158098.0, 188642.0, 262906.0, 301046.0, 85451.0, 50819.0, 61785.0]
TEXT = {
    "zh": {
        "title": "各县资金占比与常住人口占比相差最多一倍。",
        "source": "塔地财社〔2023〕90号（官方数据）",
    },
    "en": {"title": "Shares of money and residents differ by up to half.", "source": "2020 census"},
}


@dataclass(frozen=True)
class Sample:
    """A table of `count` units: the seven real ones first, then made-up ones."""

    count: int
    lang: str

    @property
    def codes(self):
        return [f"{654201 + place}" for place in range(self.count)]

    @property
    def names(self):
        known = NAMES if self.lang == "zh" else ENGLISH
        more = [f"{'单位' if self.lang == 'zh' else 'Unit'} {place}" for place in range(self.count)]
        return pd.Series((known + more)[: self.count], self.codes)

    def draws(self, real, low, high):
        made_up = np.random.default_rng(round(low + high)).uniform(low, high, self.count)
        return pd.Series([*real, *made_up[len(real) :]][: self.count], self.codes, dtype=float)

    @property
    def amount(self):
        return self.draws(AMOUNT, 5, 100)

    @property
    def need(self):
        return self.draws(RESIDENTS, 20_000, 400_000)

    @property
    def table(self):
        table = share_table(self.amount, self.need)
        return table.assign(
            need_share_low=table["need_share"] * 0.8, need_share_high=table["need_share"] * 1.2
        )

    @property
    def doubtful(self):
        table = self.table
        low, high = table["ratio"] * 0.8, table["ratio"] * 1.25
        verdict = np.select([low > 1, high < 1], ["above", "below"], "undecided")
        return table.assign(ratio_low=low, ratio_high=high, verdict=verdict)

    @property
    def positions(self):
        row, col = np.divmod(np.arange(self.count), math.ceil(math.sqrt(self.count)))
        return pd.DataFrame({"row": row, "col": col}, self.codes)

    @property
    def boundaries(self):
        return boundaries(self.count)

    @property
    def ratios(self):
        other = self.need.iloc[::-1].set_axis(self.codes)
        labels = ("常住人口", "乡村人口") if self.lang == "zh" else ("residents", "rural residents")
        needs = (self.need, self.need * 0.7 + other * 0.3)
        ratios = [share_table(self.amount, need)["ratio"] for need in needs]
        return pd.concat(ratios, axis=1, keys=labels)

    @property
    def odds(self):
        centre = self.draws([6.0, 11.0, 9.0, 14.0, 30.0, 12.0, 8.0], 3, 20).to_numpy()[:, None]
        months = np.arange(1, 13)
        return pd.DataFrame(1 / (1 + np.exp(centre - months)), self.codes, months)

    @property
    def runway(self):
        return self.draws([9.3, 12.4, 7.1, 4.4, 20.2, 61.5, np.inf], 2, 30).to_frame(
            "runway_months"
        )

    @property
    def quantiles(self):
        fall = np.linspace(0, 1, 12) * np.array([[1.4], [1.15], [1.0], [0.85], [0.7]])
        return np.maximum(67 * (1 - fall), 0)

    @property
    def execution(self):
        months = np.arange(1, 13)
        rate = np.minimum(1, (months / 12) ** 1.3 * 1.1)
        return pd.DataFrame({"month": months, "execution_rate": rate, "time_progress": months / 12})


_FOLDER = TemporaryDirectory()


@cache
def boundaries(count):
    """Write a GeoJSON of `count` squares side by side, the first in the north-west."""
    features = []
    for code, (row, col) in Sample(count, "zh").positions.iterrows():
        west, north = 82 + 0.1 * col, 47 - 0.1 * row
        ring = [
            [west + 0.1 * x, north - 0.1 * y] for x, y in [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        ]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        properties = {"code": code}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path = Path(_FOLDER.name) / f"{count}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def _dumbbell(sample, **text):
    return shares.dumbbell(sample.table, sample.names, **text)


def _doubtful(sample, **text):
    return shares.dumbbell(sample.doubtful, sample.names, **text)


def _tiles(sample, **text):
    return shares.tile_cartogram(sample.doubtful, sample.names, positions=sample.positions, **text)


def _border_map(sample, **text):
    where = {"boundaries": sample.boundaries, "approval_no": ""}
    return shares.border_map(sample.doubtful, sample.names, **where, **text)


def _per_person(sample, **text):
    table = sample.table
    low, high = table["yuan_per_person"] * 0.8, table["yuan_per_person"] * 1.3
    return shares.per_person(table, sample.names, currency="CNY", low=low, high=high, **text)


def _lorenz(sample, **text):
    amount, need = sample.amount, sample.need
    curve = lorenz_curve(amount, need)
    indexes = {"hoover": hoover(amount, need), "gini": gini(amount, need)}
    return shares.lorenz_chart(curve, **indexes, **text)


def _need_groups(sample, **text):
    return shares.need_groups(sample.ratios, sample.names, **text)


def _odds(sample, **text):
    return stock.odds_heatmap(sample.odds, sample.names, start_month="2024-01", **text)


def _runway(sample, **text):
    return stock.runway(sample.runway, sample.names, **text)


def _fan(sample, **text):
    when = {"start_month": "2024-01", "depletion_month": 11.0}
    return stock.fan(sample.quantiles, currency="CNY", **when, **text)


def _execution(sample, **text):
    return stock.execution(sample.execution, start_month="2024-01", **text)


BY_UNIT = {
    "dumbbell": _dumbbell,
    "doubtful": _doubtful,
    "tiles": _tiles,
    "border_map": _border_map,
    "per_person": _per_person,
    "lorenz": _lorenz,
    "need_groups": _need_groups,
    "odds": _odds,
    "runway": _runway,
}
CHARTS = BY_UNIT | {"fan": _fan, "execution": _execution}


def draw(name, count=7, lang="zh", **text):
    return CHARTS[name](Sample(count, lang), lang=lang, **(TEXT[lang] | text))
