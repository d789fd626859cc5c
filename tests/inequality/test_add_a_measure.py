"""To add a measure is to add an entry: the Palma ratio as an example, from table to methods."""

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd
import pytest
from measure_properties import PROPERTIES, a_need_of_k_is_k_persons
from test_registry import methods

from analysis import inequality
from analysis.inequality import MEASURES, Measure, gini, lorenz
from analysis.report.glossary import terms


def palma(amount, need=None):
    """Palma ratio: money of the best supplied 10 % of need over that of the worst 40 %."""
    curve = lorenz(amount, need)
    need_cum = curve["need_cum"].to_numpy()
    for end in (0.4, 0.9):
        # A sum that should end just there does, or money begins a digit too early.
        need_cum = np.where(np.abs(need_cum - end) < 1e-12, end, need_cum)
    worst_40, up_to_90 = np.interp([0.4, 0.9], need_cum, curve["money_cum"])
    return float((1 - up_to_90) / worst_40) if worst_40 > 0 else inf


PALMA = Measure(
    key="palma",
    function=palma,
    label={"zh": "帕尔马比值", "en": "Palma ratio"},
    meaning={
        "zh": "人均资金最多的 10% 需求所得资金，与最少的 40% 需求所得资金之比；0.25 为成比例。",
        "en": "Money of the best supplied 10 % of need over that of the worst supplied 40 %; 0.25 "
        "is proportional.",
    },
    formula="*(1 − Y(0.9))/Y(0.4)*; *Y* is the Lorenz curve, straight between its points",
    zeros="no money for the worst supplied 40 %: infinite",
    source="Palma (2011), *Development and Change* 42 (1)",
    least=0.25,
    most=inf,
    strict=False,
)


@pytest.fixture
def _registered(monkeypatch):
    monkeypatch.setitem(MEASURES, "palma", PALMA)


@pytest.mark.usefixtures("_registered")
def test_the_table_has_it():
    money = pd.Series({"a": 1.0, "b": 3.0, "home": 2.0})
    table = inequality.table(money, pd.Series({"a": 50, "b": 50}))
    # 0.4/0.5 of a's quarter of the money; 0.1/0.5 of b's three quarters.
    assert table.loc["palma", "value"] == pytest.approx(0.15 / 0.2, abs=1e-15)


@pytest.mark.usefixtures("_registered")
def test_the_glossary_and_the_page_of_methods_have_it():
    term = next(term for term in terms() if term.key == "palma")
    assert (term.name["en"], term.definition["en"]) == ("Palma ratio", PALMA.meaning["en"])
    assert (term.name["zh"], term.definition["zh"]) == ("帕尔马比值", PALMA.meaning["zh"])
    page = methods.with_table(methods.PAGE.read_text(encoding="utf-8"))
    assert f"| Palma ratio | {PALMA.formula} | 0.25 to ∞ | {PALMA.zeros} |" in page


@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_it_has_the_properties_of_a_measure(holds):
    holds(measure=PALMA)


def test_it_is_the_ratio_of_tenths_where_units_are_tenths():
    # 10 of the tenth unit over 1 + 2 + 3 + 4 of the first four.
    assert palma(range(1, 11)) == pytest.approx(1, abs=1e-12)
    assert palma([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]) == inf


def test_what_is_no_measure_does_not_have_the_properties():
    blind = replace(MEASURES["gini"], function=lambda amount, _: gini(amount))
    with pytest.raises(AssertionError):
        a_need_of_k_is_k_persons(measure=blind)
