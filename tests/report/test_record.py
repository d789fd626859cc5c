"""Figures and tables as the results file keeps them: plain, rounded, whole, with their reasons."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import answer, empty_page, key_figure, table

from analysis.errors import ReportError
from analysis.report.display import Column


def record(value, **more):
    page = empty_page()
    page.answer(answer("x", key_figure("x", value, **more)))
    (found,) = page.as_json()["numbers"]
    return found


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_the_file_to_twelve_digits(value):
    back = json.loads(json.dumps(record(value), allow_nan=False))
    assert back["value"] == pytest.approx(value, rel=5e-12, abs=0)


def test_the_last_bit_of_a_float_does_not_show():
    ends = {"low": 0.1 + 0.2, "high": 1.0}
    assert record(0.1 + 0.2, **ends) == record(0.3, low=0.3, high=1.0)


@pytest.mark.parametrize("value", [np.float64(1.5), np.int64(3), np.float32(0.5), 7, 2.5])
def test_numpy_scalars_become_python_numbers(value):
    kept = record(value)["value"]
    assert type(kept) in (int, float)
    assert kept == value


@pytest.mark.parametrize("value", ["413", None, True, [1], pd.NA, 1j])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ReportError, match=r"x: .* is no number"):
        record(value)


def test_a_table_keeps_every_row_and_says_why_a_cell_is_empty():
    frame = pd.DataFrame(
        {"r": [1.0, math.inf, math.nan] * 1000}, index=pd.Index(["a", "b", "c"] * 1000, name="unit")
    )
    columns = {"unit": Column("Unit"), "r": Column("Ratio", "ratio")}
    kept = table(frame, columns, lang="en").record()
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
    found = table(frame, {**columns, "t": Column("t")}).statuses()
    assert found == {"assumption", "estimate", "synthetic"}
    assert table(frame, {"n": Column("n", "count")}).statuses() == {"official"}


@pytest.mark.parametrize(
    ("cells", "says", "more"),
    [
        ({"rank": [1, "2"]}, "t, row 1, rank: '2' is no number", {}),
        ({"rank": [True]}, "True is no number", {}),
        ({"status": ["maybe"]}, "no status 'maybe'", {}),
        ({"rank": [1]}, "no status 'maybe'", {"status": "maybe"}),
    ],
)
def test_a_cell_that_does_not_fit_its_column_is_refused(cells, says, more):
    with pytest.raises(ReportError, match=says):
        empty_page().table(pd.DataFrame(cells), "t", **more)
