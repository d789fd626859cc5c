"""Figures and tables as the results file keeps them: plain, rounded, whole, with their reasons."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import table

from analysis.errors import ReportError
from analysis.report.display import Column
from analysis.report.record import Finding, number_record, table_record, table_statuses
from analysis.report.values import plain_number


def record(value, **more):
    return number_record("x", Finding("x", value, "official", "wan", **more))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_the_file_to_twelve_digits(value):
    back = json.loads(json.dumps(record(value), allow_nan=False))
    assert back["value"] == pytest.approx(value, rel=5e-12, abs=0)


def test_the_last_bit_of_a_float_does_not_show():
    assert record(0.1 + 0.2, low=0.1 + 0.2) == record(0.3, low=0.3)


@pytest.mark.parametrize("value", [np.float64(1.5), np.int64(3), np.float32(0.5), 7, 2.5])
def test_numpy_scalars_become_python_numbers(value):
    plain = plain_number(value, "x")
    assert type(plain) in (int, float)
    assert plain == value


@pytest.mark.parametrize("value", ["413", None, True, [1], pd.NA, 1j])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ReportError, match=r"x: .* is no number"):
        plain_number(value, "x")


def test_a_number_that_is_not_finite_is_empty_with_a_reason():
    found = record(math.inf, low=math.inf, reason="infinite")
    assert (found["value"], found["low"], found["reason"]) == (None, None, "infinite")
    assert "reason" not in record(1.0)


def test_a_table_keeps_every_row_and_says_why_a_cell_is_empty():
    frame = pd.DataFrame(
        {"r": [1.0, math.inf, math.nan] * 1000}, index=pd.Index(["a", "b", "c"] * 1000, name="unit")
    )
    columns = {"unit": Column("Unit"), "r": Column("Ratio", "ratio")}
    kept = table_record(table(frame, columns, lang="en"))
    assert len(kept["rows"]) == 3000
    assert kept["rows"][:3] == [
        {"unit": "a", "r": 1.0},
        {"unit": "b", "r": None},
        {"unit": "c", "r": None},
    ]
    assert kept["empty_because"][0] == {"row": 1, "column": "r", "reason": "infinite"}


def test_statuses_come_from_columns_and_cells():
    frame = pd.DataFrame({"n": [1, 2], "s": ["estimate", "synthetic"], "t": ["x", "y"]})
    columns = {"n": Column("n", "count", status="assumption"), "s": Column("s", "status")}
    found = table_statuses(table(frame, {**columns, "t": Column("t")}))
    assert found == {"assumption", "estimate", "synthetic"}
    assert table_statuses(table(frame, {"n": Column("n", "count")})) == {"official"}


@pytest.mark.parametrize(
    ("values", "column", "says"),
    [
        ([1, "2"], Column("x", "count"), "t, row 1, x: '2' is no number"),
        ([True], Column("x", "count"), "True is no number"),
        ([1], Column("x"), "Give a column of numbers its unit"),
        ([1], Column("x", "kg"), "no unit 'kg'"),
        (["maybe"], Column("x", "status"), "no status 'maybe'"),
        ([1], Column("x", "count", status="maybe"), "no status 'maybe'"),
    ],
)
def test_a_cell_that_does_not_fit_its_column_is_refused(values, column, says):
    with pytest.raises(ReportError, match=says):
        table(pd.DataFrame({"x": values}), {"x": column})


def test_a_missing_column_is_refused():
    with pytest.raises(ReportError, match="lacks columns: y"):
        table(pd.DataFrame({"x": [1]}), {"y": Column("y")})
