"""A chart's title gives figures as the table of its numbers prints them."""

import re

import pytest
from notebooks.cells import run
from notebooks.edge_cases import of_case

from analysis.report.page import ShownChart
from analysis.words import numbers

# What is no figure of the chart: a date, a count of units, how many times one end is the other,
# a whole year.
OTHER = re.compile(r"\d+年(\d+月)?|[\d,]+ 个单位|[\d,]+ 个(?!月)|[\d.]+ 倍|12 个月|不足 30 天|100%")
FIGURE = re.compile(r"[<>]?-?\d[\d,]*(?:\.\d+)?")


def printed(table):
    """Return the figures of a table as they stand there, and of the chart as a whole."""
    facts = [
        numbers.cell(value, column.unit, table.lang, table.currency, digits)
        for column, value in table.facts
        for digits in [
            numbers.default_digits(column.unit, [value]) if column.digits is None else column.digits
        ]
    ]
    return set(FIGURE.findall("\n".join([repr(table), *facts])))


@pytest.mark.parametrize(
    ("notebook", "case", "figures"),
    [
        ("02_share_and_need", "shipped", 3),
        ("03_stock_depletion", "shipped", 8),
        ("03_stock_depletion", "spending", 8),
        ("05_allocation_scenarios", "shipped", 3),
    ],
)
def test_figures_of_titles_are_printed_alike(notebook, case, figures):
    result = run(notebook, of_case(case), lang="zh", paths=40)
    charts = [shown.value for shown in result.reported if isinstance(shown.value, ShownChart)]
    seen = 0
    for chart in charts:
        said = set(FIGURE.findall(OTHER.sub("", chart.picture.title)))
        assert said <= printed(chart.numbers), chart.picture.title
        seen += len(said)
    assert seen >= figures
