"""What a chart shows is told in whole sentences, each interval behind its figure."""

import numpy as np
import pandas as pd
import pytest
from readable import canvas_of
from stock_samples import LANGS, writer

from analysis import charts
from analysis.charts import picture
from analysis.charts.style import COLOURS
from analysis.shares import share_table
from analysis.uncertainty import share_uncertainty

CODES = [f"u{place}" for place in range(7)]


@pytest.fixture(scope="module")
def sample():
    """Return shares of made-up units, their doubt and verdicts."""
    money = pd.Series([30.0, 12, 55, 80, 7, 41, 66], CODES, name="amount_wan")
    need = pd.DataFrame({"persons": [900, 800, 700, 1500, 300, 2500, 400]}, CODES)
    need["low"], need["high"] = (need["persons"] * part // 1 for part in (0.8, 1.3))
    doubt = share_uncertainty(money, need, rounding_wan=1.0, draws=200, seed=1)
    verdicts = pd.DataFrame({"verdict": "above"}, CODES)
    verdicts.loc["u2", "verdict"] = "open_need"
    return share_table(money, need["persons"]), doubt, verdicts


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "匹配度 1.20（0.90–1.50）；"), ("en", "ratio of money to need 1.20 (0.90–1.50); ")],
)
def test_an_interval_stands_behind_its_figure(sample, lang, told):
    shares, doubt, verdicts = sample
    doubt = doubt.assign(ratio_low=0.9, ratio_high=1.5)
    said = charts.dumbbell(shares.assign(ratio=1.2), doubt, verdicts).alternative_text(
        writer(lang, CODES)
    )
    assert told in said
    assert "下限" not in said and ", low" not in said


@pytest.mark.parametrize(
    ("weight", "told"), [(0.3, "weight 30.0% (20.0%–40.0%)."), (np.nan, "weight 20.0%–40.0%.")]
)
def test_a_figure_that_is_not_settled_is_told_by_its_interval(weight, told):
    weights = pd.DataFrame({"weight": [weight], "weight_low": 0.2, "weight_high": 0.4}, ["aided"])
    chart = charts.implied_mix(weights, {"aided": "the aided"})
    assert f"The aided: {told}" in chart.alternative_text(writer("en", []))


def test_every_sentence_begins_with_a_capital(sample):
    shares, doubt, _ = sample
    shares = shares.copy()
    shares.loc["u3"] = np.nan
    said = charts.per_person(shares, doubt).alternative_text(writer("en", CODES))
    assert "Mean " in said and "Left out for want of a need figure: 1." in said
    assert all(sentence[0].isupper() for sentence in said.split(". "))


@pytest.mark.parametrize("lang", LANGS)
def test_where_need_counts_households_no_text_speaks_of_persons(sample, lang):
    chart = charts.per_person(*sample[:2], households=True)
    to = writer(lang, CODES)
    person, household = ("人均", "户均") if lang == "zh" else ("per person", "per household")
    assert person not in picture(chart, to, "").svg
    assert [household in chart.label(name, to) for name in chart.columns] == [True] * 3


def test_dots_stand_at_the_shares_and_open_units_are_joined_in_grey(sample):
    chart = charts.dumbbell(*sample)
    lines = canvas_of(chart, writer("en", CODES)).axes.get_lines()
    dots = {line.get_color(): line.get_xdata() for line in lines if line.get_marker() == "o"}
    place = list(chart.frame.index).index("u2")
    ends = [dots[COLOURS[role]][place] for role in ("need", "money")]
    assert ends == [sample[0][name]["u2"] for name in ("need_share", "share")]
    (grey,) = [line for line in lines if line.get_color() == COLOURS["neutral"]]
    spans = grey.get_xydata().reshape(-1, 3, 2)[:, :2]
    assert spans[place, :, 0].tolist() == ends and spans[place, :, 1].tolist() == [place, place]
    assert np.isnan(np.delete(spans, place, axis=0)[:, :, 0]).all()
