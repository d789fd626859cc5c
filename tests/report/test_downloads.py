"""What a page gives to take away, taken away and read back."""

import csv
import io
import math
import zipfile
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import table
from sample_report import (
    HOSTILE,
    Tags,
    chart,
    code,
    make_notebook,
    make_page,
    make_provenance,
    make_results,
    make_table,
)

from analysis.report.display import Column
from analysis.report.downloads import EMBEDDED_AT_MOST, body, csv_text, header, zipped
from analysis.report.html import About
from analysis.report.outputs import material
from analysis.report.publish import report_files
from analysis.words import catalogue

ZH = catalogue("zh")


def recorded(frame, columns, status="official", **more):
    return table(frame, columns, status=status, **more).record()


def read(record):
    return list(csv.reader(io.StringIO(csv_text(record, ZH).removeprefix("\ufeff"), newline="")))


def saved(page):
    """Return the rows of each CSV file that a page holds, by the name it is saved under."""
    files = {}
    for tag in Tags(page).elements("a"):
        if tag.get("href", "").startswith("data:text/csv"):
            content = unquote_to_bytes(tag["href"].partition(",")[2])
            assert content.startswith(b"\xef\xbb\xbf")
            text = content.decode("utf-8-sig")
            files[tag["download"]] = list(csv.reader(io.StringIO(text, newline="")))
    return files


def test_each_table_is_saved_whole():
    assert saved(make_page())["02_share_and_need.zh.shares.csv"] == [
        ["单位", "金额（万元） [官方数据]", "占比（%）", "性质"],
        ["乌苏市", "98.0", "23.79", "估计值"],
        ["乌苏市", "98.0", "23.79", "估计值"],
    ]


DRAWN = [
    ["Code", "Unit", "share (%)", "性质", "来源"],
    ["654201", "Tacheng", "16.22", "估计值", "A notice (estimate)"],
    ["654202", "'=Wusu", "33.3333333333", "估计值", "A notice (estimate)"],
    ["654221", "<b>", "", "估计值", "A notice (estimate)"],
    ["mean (10,000 yuan)", "12.5"],
]


def test_a_chart_gives_its_numbers_with_status_and_source():
    page = make_page()
    assert saved(page)["02_share_and_need.zh.chart-1.csv"] == DRAWN
    assert '<a href="#chart-1">Who has more</a>' in page
    assert 'id="chart-1"' in page
    text = Tags(page).text
    for shown in ("图中的数字", "33.3", "mean (10,000 yuan)：12.5", "来源：A notice (estimate)"):
        assert shown in text
    # Codes of units are for the files.
    numbers = page[page.index('id="table-chart-1"') :]
    assert "654202" not in numbers[: numbers.index("</table>")]


def test_without_files_beside_it_a_page_links_to_none():
    page = make_page(name="")
    hrefs = [tag.get("href", "") for tag in Tags(page).elements("a")]
    assert all(href.startswith(("#", "data:text/csv")) for href in hrefs)
    assert list(saved(page)) == ["chart-1.csv", "shares.csv"]


def test_a_long_table_goes_into_a_file_beside_the_page():
    made_of = material(make_notebook(), "zh")
    assert zipped(made_of.csv) is None
    rows = [{"name": "x" * 50, "amount_wan": 1.0, "share": 0.5}] * 1000
    long = {**made_of.tables["shares"], "rows": rows}
    made_of.results["tables"]["shares"] = long
    made_of = replace(made_of)
    assert len(made_of.csv["shares"].encode()) > EMBEDDED_AT_MOST
    archive = zipfile.ZipFile(io.BytesIO(zipped(made_of.csv)))
    assert {name: archive.read(name).decode() for name in archive.namelist()} == {
        f"{key}.csv": text for key, text in made_of.csv.items()
    }
    page = make_page(made_of=made_of)
    assert not saved(page)
    assert "02_share_and_need.zh.csv.zip" in {
        tag.get("href") for tag in Tags(page).elements("a") if "download" in tag
    }


def test_charts_have_sheets_of_their_own():
    import openpyxl

    about = About(title="t", case_title="塔城", provenance=make_provenance())
    files = report_files(make_notebook(), about, lang="zh")
    book = openpyxl.load_workbook(io.BytesIO(files[".xlsx"]))
    assert book.sheetnames == ["摘要", "资金占比 乌苏市", "Who has more"]
    rows = [[cell.value for cell in row] for row in book["Who has more"].iter_rows(max_row=3)]
    assert rows[1:] == [
        ["654201", "Tacheng", 16.22, "估计值", "A notice (estimate)"],
        ["654202", "=Wusu", 33.3333333333, "估计值", "A notice (estimate)"],
    ]
    assert ["Who has more", "Who has more", 3, "估计值", "A notice (estimate)"] in [
        [cell.value for cell in row][:5] for row in book["摘要"].iter_rows()
    ]


@pytest.mark.parametrize("table", [{"x": [1, 2]}, [1, 2], "x", None])
def test_a_chart_that_tells_no_numbers_is_shown_as_added(table):
    page = make_page(make_notebook(extra=[code(chart(table=table))]))
    assert page.count("图中的数字") == 1
    assert page.count("此处为添加的内容") == 1


def test_each_row_says_its_status_once():
    record = recorded(pd.DataFrame({"wan": [1.5]}), {"wan": Column("金额", "wan")}, "estimate")
    assert read(record) == [["金额（万元）", "性质"], ["1.5", "估计值"]]


def test_a_status_of_its_own_stands_in_the_head():
    frame = pd.DataFrame({"wan": [1.0], "share": [0.25]})
    columns = {"wan": Column("金额", "wan", status="official"), "share": Column("占比", "percent")}
    record = recorded(frame, columns, "estimate")
    assert header(record, ZH) == ["金额（万元） [官方数据]", "占比（%）", "性质"]


def test_a_column_of_statuses_takes_the_place_of_the_added_one():
    frame = pd.DataFrame({"name": ["a", "b"], "how": ["official", "assumption"]})
    columns = {"name": Column("名称"), "how": Column("性质", "status")}
    assert read(recorded(frame, columns))[1:] == [["a", "官方数据"], ["b", "假设值"]]


def test_a_cell_without_a_number_says_why():
    record = recorded(
        pd.DataFrame({"m": [math.inf, math.nan, 2.0]}), {"m": Column("月数", "months")}
    )
    assert [row[0] for row in body(record, ZH)] == ["无限大", None, 2.0]
    assert [row[0] for row in read(record)[1:]] == ["无限大", "", "2.0"]


@pytest.mark.parametrize("text", [*HOSTILE, "=1+1", "+1", "-1", "@a", "\tx", 'a"b,c', "两\n行"])
def test_a_text_comes_back_and_is_no_formula(text):
    results = make_results("zh", text=text)
    make_table(results, text)
    cell = read(results.as_json()["tables"]["shares"])[1][0]
    assert cell[0] not in "=+-@\t\r"
    assert cell.removeprefix("'") == text.removeprefix("'")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_numbers_come_back_to_twelve_digits(values):
    record = recorded(pd.DataFrame({"v": values}), {"v": Column("值", "plain")})
    back = pd.read_csv(io.BytesIO(csv_text(record, ZH).encode()), encoding="utf-8-sig")
    assert back.iloc[:, 0].tolist() == pytest.approx(values, rel=1e-11, abs=0)


def test_negative_numbers_stay_numbers():
    record = recorded(pd.DataFrame({"v": [-50.0]}), {"v": Column("差额", "wan")})
    assert read(record)[1] == ["-50.0", "官方数据"]


def test_dollars_in_english_are_counted_one_by_one():
    frame = pd.DataFrame({"wan": [3251.5432, math.nan]})
    columns, en = {"wan": Column("money", "wan")}, catalogue("en")
    record = recorded(frame, columns, lang="en", currency="USD")
    assert header(record, en)[0] == "money (dollars)"
    assert [row[0] for row in body(record, en)] == [32515432.0, None]
