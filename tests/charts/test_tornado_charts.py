"""The tornado names the value that matters most, and says how many are not drawn."""

import numpy as np
import pandas as pd
import pytest
from stock_samples import LANGS, check, drawn_texts, left_out, writer

from analysis import charts
from analysis.statuses import status_of
from analysis.stock import Tornado
from analysis.words import catalogue

NAMES = ["caseload", "growth", "late_1", "season_12", "volatility", "lump_rate", "lump_size"]


def made(effects, base=(50.0, 30.0), names=NAMES):
    """Return a tornado: each value moves (shortfall, carry-over) down and up by its effect."""
    rows = [
        {
            "name": name,
            "programme": "2081901" if name == "caseload" else None,
            "low": 0.1,
            "value": 0.2,
            "high": 5847.0,
            "unit": "",
            "status": "assumption",
            "shortfall_low_wan": base[0] - short,
            "shortfall_high_wan": base[0] + short,
            "carry_low_wan": base[1] + carry,
            "carry_high_wan": base[1] - carry,
        }
        for name, (short, carry) in zip(names, effects, strict=False)
    ]
    return Tornado(pd.DataFrame(rows), *base, fund_share=0.5 if base[0] else np.nan)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_it_declares_its_columns_and_is_the_same_in_bytes(lang, currency):
    chart = charts.tornado(made([(9.0, 4.0), (3.0, 2.0), (1.0, 0.0)]))
    check(chart, writer(lang, [], currency=currency))


@pytest.mark.parametrize("lang", LANGS)
def test_every_input_of_a_plan_has_a_name(lang):
    from analysis.case import load_case
    from analysis.stock import stock_plan

    for name in stock_plan(load_case("data/tacheng-2024")).inputs["name"].unique():
        assert f"parameter.{name}" in catalogue(lang).texts


@pytest.mark.parametrize(
    ("effect", "key", "ends"),
    [
        ((9.0, 4.0), "tornado_shortfall", (41.0, 59.0)),
        ((4.0, 9.0), "tornado_carry", (21.0, 39.0)),
        ((0.0, 0.0), "tornado_none", None),
    ],
)
def test_the_title_speaks_of_the_tail_moved_further(effect, key, ends):
    title = charts.tornado(made([effect, (1.0, 1.0)])).title
    assert title.key == f"stock_chart.{key}"
    if ends:
        assert (title.places["between"].low, title.places["between"].high) == ends


def test_the_interval_of_the_title_holds_the_base():
    tornado = made([(9.0, 4.0)])
    tornado.table["shortfall_low_wan"] = 55.0
    between = charts.tornado(tornado).title.places["between"]
    assert (between.low, between.high) == (50.0, 59.0)


def test_ten_are_drawn_and_the_others_counted():
    names = [f"season_{month}" for month in range(1, 13)]
    tornado = made([(12.0 - place, 1.0) for place in range(12)], names=names)
    chart = charts.tornado(tornado, status="assumption")
    texts = "".join(drawn_texts(chart, writer("zh", [])))
    assert "10 月支出需求" in texts
    assert "11 月支出需求" not in texts
    assert len(chart.frame) + left_out(chart) == 12
    assert status_of(chart.frame, "carry_low_wan") == "assumption"
    assert chart.facts["shortfall_wan"].value == 50.0


def test_an_end_that_differs_from_unit_to_unit_is_not_written():
    tornado = made([(9.0, 4.0)])
    tornado.table["high"] = np.nan
    texts = drawn_texts(charts.tornado(tornado), writer("en", []))
    assert "0.1" in texts
    assert not any("nan" in text for text in texts)


def test_without_ranges_there_is_a_sentence():
    assert charts.tornado(made([])).key == "stock_chart.tornado_no_ranges"
    assert charts.tornado(made([], base=(0.0, 0.0))).key == "stock_chart.no_caseload"
