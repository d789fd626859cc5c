"""What a notebook records comes back from its saved file, plain, rounded and in order."""

import json
import math

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import code, make_notebook, make_results, make_table, shown

from analysis.errors import ReportError
from analysis.report.display import Column
from analysis.report.results import Results, key_findings, read_results

KINDS = {"unit": "wan", "status": "official", "label": "x"}


def results(lang="en"):
    return Results("n", "c", lang)


def saved(found):
    notebook = nbformat.v4.new_notebook(cells=[code(shown(found))])
    return read_results(nbformat.reads(nbformat.writes(notebook), as_version=4))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_the_file_to_twelve_digits(value):
    found = results()
    assert found.number("x", value, **KINDS) == value
    (number,) = saved(found)["numbers"]
    assert number["value"] == pytest.approx(value, rel=5e-12, abs=0)


def test_the_last_bit_of_a_float_does_not_show():
    one, other = results(), results()
    one.number("x", 0.1 + 0.2, **KINDS)
    other.number("x", 0.3, **KINDS)
    assert one.as_json() == other.as_json()


@pytest.mark.parametrize("value", [np.float64(1.5), np.int64(3), np.float32(0.5), 7, 2.5])
def test_numpy_scalars_become_python_numbers(value):
    plain = results().number("x", value, **KINDS)
    assert type(plain) in (int, float)
    assert plain == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_a_number_that_is_not_finite_is_empty_with_a_reason(value):
    found = results()
    found.number("x", value, **KINDS)
    (number,) = json.loads(json.dumps(saved(found), allow_nan=False))["numbers"]
    assert number["value"] is None
    assert number["reason"] == ("no value" if math.isnan(value) else "infinite")


@pytest.mark.parametrize("value", ["413", None, True, [1], pd.NA, 1j])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ReportError, match="is no number"):
        results().number("x", value, **KINDS)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (None, 1), (1, None), (math.nan, 1)])
def test_half_an_interval_or_one_upside_down_is_refused(low, high):
    with pytest.raises(ReportError, match="give both ends"):
        results().number("x", 1, **KINDS, low=low, high=high)


def test_an_interval_may_be_open():
    found = results()
    found.number("x", 5, unit="months", status="estimate", label="Runway", low=4.5, high=math.inf)
    assert "4.5–∞ months" in repr(found.headline("A.", ["x"]))
    assert saved(found)["numbers"][0]["high"] is None


@pytest.mark.parametrize("key", ["", "a b", "../x", "键", "x\n"])
def test_a_key_is_a_plain_name(key):
    with pytest.raises(ReportError, match="will not do"):
        results().number(key, 1, **KINDS)


def test_a_key_stands_for_one_finding_but_a_cell_may_run_again():
    found = results()
    found.number("x", 1, **KINDS)
    found.number("x", 2, **KINDS)
    assert [number["value"] for number in found.as_json()["numbers"]] == [2]
    with pytest.raises(ReportError, match="already stands"):
        found.number("x", 2, unit="persons", status="official", label="x")
    with pytest.raises(ReportError, match="already stands"):
        found.text("x", "July", status="official", label="x")


def test_a_text_must_be_text():
    with pytest.raises(ReportError, match="is no text"):
        results().text("x", 7, status="official", label="x")


def test_the_headline_takes_only_recorded_keys_and_at_most_three():
    found = make_results("en")
    with pytest.raises(ReportError, match=r"'nothing'.*Recorded: total, moved"):
        found.headline("A.", ["nothing"])
    with pytest.raises(ReportError, match="at most 3"):
        found.headline("A.", ["total"] * 4)


def test_key_findings_follow_the_headline():
    found = make_results("en")
    found.text("month", "July 2024", status="estimate", label="Runs out")
    found.headline("A.", ["month", "total"])
    assert [item["value"] for item in key_findings(saved(found))] == ["July 2024", 412]


def test_statuses_come_from_numbers_columns_and_cells():
    found = results()
    found.number("x", 1, **KINDS)
    assert found.statuses() == ["official"]
    frame = pd.DataFrame({"n": [1, 2], "s": ["estimate", "synthetic"]})
    columns = {"n": Column("n", "count", status="assumption"), "s": Column("s", "status")}
    found.table("t", frame, caption="T", columns=columns, status="official")
    assert found.statuses() == ["official", "estimate", "assumption", "synthetic"]


def test_a_table_keeps_every_row_and_says_why_a_cell_is_empty():
    frame = pd.DataFrame(
        {"r": [1.0, math.inf, math.nan] * 1000}, index=pd.Index(["a", "b", "c"] * 1000, name="unit")
    )
    found = results()
    columns = {"unit": Column("Unit"), "r": Column("Ratio", "ratio")}
    found.table("t", frame, caption="T", columns=columns, status="official")
    table = saved(found)["tables"]["t"]
    assert len(table["rows"]) == 3000
    assert table["rows"][:3] == [
        {"unit": "a", "r": 1.0},
        {"unit": "b", "r": None},
        {"unit": "c", "r": None},
    ]
    assert table["empty_because"][0] == {"row": 1, "column": "r", "reason": "infinite"}


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
        results().table(
            "t", pd.DataFrame({"x": values}), caption="T", columns={"x": column}, status="official"
        )


def test_a_missing_column_is_refused():
    with pytest.raises(ReportError, match="lacks columns: y"):
        results().table(
            "t",
            pd.DataFrame({"x": [1]}),
            caption="T",
            columns={"y": Column("y")},
            status="official",
        )


def test_a_notebook_without_results_is_refused():
    with pytest.raises(ReportError, match="shows no results"):
        read_results(nbformat.v4.new_notebook(cells=[code()]))


def test_the_same_findings_give_the_same_json():
    first, second = (json.dumps(read_results(make_notebook())) for _ in range(2))
    assert first == second


def test_the_results_say_in_a_line_what_they_hold():
    found = make_results("zh")
    make_table(found)
    assert repr(found) == "结果：2 个数字，1 张表（官方数据、估计值）"


def test_what_a_sentence_rests_on_counts_though_it_is_not_shown():
    results = Results("overview_report", "case", "en")
    results.number("total", 1, unit="count", status="official", label="Total")
    results.use(["estimate", "estimate"])
    assert results.statuses() == ["official", "estimate"]
    assert "estimates" in repr(results.headline("So it is.", ["total"]))
    with pytest.raises(ReportError, match="certain"):
        results.use(["certain"])
