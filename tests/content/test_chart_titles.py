"""A chart's title gives figures as the chart prints them."""

import re

import pytest
from conftest import made_case
from notebook_run import run

from analysis.figures.style import Chart
from analysis.report.formats import default_digits, figure

# What a title begins with, by what may differ from case to case, and how many figures it has.
TITLES = {
    "02_share_and_need": {"人均金额从": 2, "的资金须移动": 1},
    "03_stock_depletion": {"可支撑月数": 1, "年底前用尽": 1, "预计执行率": 1, "已支出": 2},
}
# Numbers that are no figures of the chart: dates, months of a year, per cent of a year, times.
OTHER = re.compile(r"\d+年(\d+月)?|需 12 个月|为 100%|的 [\d.]+ 倍")


def printed(chart):
    """Return the figures of the table under a chart, as they are shown there."""
    said = set()
    for place, column in enumerate(chart.data["columns"]):
        if column["unit"]:
            cells = [row[place] for row in chart.data["rows"]]
            numbers = [cell for cell in cells if isinstance(cell, int | float)]
            digits = column.get("digits", default_digits(column["unit"], numbers))
            said |= {figure(number, column["unit"], digits) for number in numbers}
    for fact in chart.data["facts"]:
        if fact["unit"] and isinstance(fact["value"], int | float):
            digits = fact.get("digits", default_digits(fact["unit"], [fact["value"]]))
            said.add(figure(fact["value"], fact["unit"], digits))
    return said


@pytest.mark.parametrize(
    ("notebook", "case"),
    [
        ("02_share_and_need", "shipped"),
        ("03_stock_depletion", "shipped"),
        ("03_stock_depletion", "spending"),
    ],
)
def test_figures_of_titles_are_printed_alike(notebook, case):
    result = run(notebook, made_case(case), lang="zh", paths=40, draw=True)
    charts = [shown for shown in result.shown if isinstance(shown, Chart)]
    seen = set()
    for chart in charts:
        for part, least in TITLES[notebook].items():
            if part in chart.title:
                found = re.findall(r"[<>]?[\d,]*\d(?:\.\d+)?", OTHER.sub("", chart.title))
                assert len(found) >= least, chart.title
                assert set(found) <= printed(chart), chart.title
                seen.add(part)
    assert seen == set(TITLES[notebook]) - ({"已支出"} if case == "shipped" else set())
