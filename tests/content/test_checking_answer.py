"""What notebook 01 says against the findings and tables counted here."""

import re

import pytest
from cases import read_rows, shipped_copy, sound_case, write_rows
from conftest import made_case
from notebook_run import run
from sample_cases import shipped

from analysis.case import load_case
from analysis.checks import findings


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_points_to_verify_are_the_warnings(lang, ran):
    found = findings(shipped(), lang=lang)["severity"].value_counts()
    record = ran("01_check_data", "shipped", lang).record
    numbers = {item["key"]: item["value"] for item in record["numbers"]}
    counted = {f"{name}s": int(found.get(name, 0)) for name in ("error", "warning", "note")}
    assert numbers == counted
    figures = [int(f) for f in re.findall(r"(?<![\d,-])\d+(?![\d,-])", record["answer"])]
    assert figures[-1] == numbers["warnings"]
    assert len(record["tables"]["findings"]["rows"]) == sum(numbers.values())


def test_a_sound_case_is_said_to_be_usable(tmp_path):
    answer = run("01_check_data", load_case(sound_case(tmp_path / "case")), lang="zh").record
    assert "没有发现问题" in answer["answer"]


@pytest.mark.parametrize(("lang", "said"), [("zh", "不能使用"), ("en", "cannot be used")])
def test_an_error_forbids_the_use(tmp_path, lang, said):
    folder = shipped_copy(tmp_path / "case")
    rows = [row | {"amount_wan": "1000"} for row in read_rows(folder, "allocation")]
    write_rows(folder, "allocation", rows)
    record = run("01_check_data", load_case(folder), lang=lang).record
    assert next(n["value"] for n in record["numbers"] if n["key"] == "errors") > 0
    assert said in record["answer"]


@pytest.mark.parametrize("name", ["shipped", "two"])
def test_each_group_is_summed_with_its_worst_status(name, ran):
    order = ("official", "estimate", "assumption", "synthetic")
    rows = ran("01_check_data", name, "zh").record["tables"]["population"]["rows"]
    expected = {}
    for row in made_case(name).population.to_dict("records"):
        persons, status = expected.get(row["group"], (0, "official"))
        expected[row["group"]] = (
            persons + row["persons"],
            max(status, row["status"], key=order.index),
        )
    assert [(row["persons"], row["status"]) for row in rows] == list(expected.values())


def test_rescaled_weights_add_up_to_a_hundred(ran):
    rows = ran("01_check_data", "shipped", "zh").record["tables"]["indicators"]["rows"]
    assert sum(row["weight"] for row in rows) == 82
    assert sum(row["weight_100"] for row in rows) == pytest.approx(100)
