"""Reads the table of numbers that a chart carries."""


def column(chart, key):
    """Return the cells of a column, from the top down."""
    keys = [each["key"] for each in chart.data["columns"]]
    return [row[keys.index(key)] for row in chart.data["rows"]]


def has(chart, key):
    return any(each["key"] == key for each in chart.data["columns"])


def fact(chart, key):
    """Return the value of a fact, none where the chart has no such fact."""
    return next((each["value"] for each in chart.data["facts"] if each["key"] == key), None)


def figures(chart):
    """Return the rows without their names."""
    return [row[1:] for row in chart.data["rows"]]
