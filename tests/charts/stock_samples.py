"""Plans, units and writers for the charts of stock and spending, and what a drawing says."""

import re
from html import unescape

import numpy as np
import pandas as pd

from analysis.charts import picture
from analysis.stock import StockPlan
from analysis.words.sentence import Writer

LANGS = ("zh", "en")


def writer(lang, codes, start="2024-01", currency="CNY"):
    names = {code: f"{'某县' if lang == 'zh' else 'County '}{code}" for code in codes}
    return Writer(lang, currency, pd.Series(names), start)


def plan_of(money, demand, months=12, volatility=0.0, opening=(), late_years=0):
    """Return a plan: money that comes in month 1, demand a month; `opening` by earlier year."""
    units, years = len(money), list(range(2024 - len(opening), 2024 + -(-months // 12)))
    stock = np.zeros((units, len(years)))
    stock[:, : len(opening)] = opening
    receipts = np.zeros((units, months))
    receipts[:, 0] = money
    if late_years and months > 12:
        receipts[:, 12] = late_years
    zeros = np.zeros(units)
    return StockPlan(
        unit_code=[f"u{place:03d}" for place in range(units)],
        opening_wan=stock,
        vintage=years,
        receipts_wan=receipts,
        demand_wan=np.repeat(np.array(demand, dtype=float)[:, None], months, axis=1),
        growth=zeros,
        volatility=zeros + volatility,
        lump_rate=zeros,
        lump_mean_wan=zeros,
        correlation=0.0,
    )


def drawn_texts(chart, to):
    """Return every text of a drawn chart, in the order written."""
    svg = picture(chart, to, "source").svg
    return [unescape(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)]


def left_out(chart):
    """Return how many units or values a chart says it leaves out."""
    return sum(remark.places["count"] for remark in chart.remarks if "count" in remark.places)


def check(chart, to):
    """Check what holds for every chart."""
    assert set(chart.columns) <= set(chart.frame.columns)
    first = picture(chart, to, "source")
    assert first.svg == picture(chart, to, "source").svg
    assert first.title == to(chart.title)
    # A sentence in the middle of a text begins with a capital in English.
    assert first.title.lower() in first.alt.lower()
    assert not any("{" in text for text in [first.alt, *drawn_texts(chart, to)])
    assert "nan" not in first.alt
