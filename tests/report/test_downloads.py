"""What a page gives to take away, taken away and read back."""

import csv
import io
import zipfile
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import pytest
from sample_report import Tags, chart, code, make_notebook, make_page, make_provenance

from analysis.report.downloads import EMBEDDED_AT_MOST, zipped
from analysis.report.material import material
from analysis.report.publish import report_files

DRAWN = {
    "columns": [
        {"key": "name", "label": "单位", "unit": None},
        {"key": "share", "label": "资金占比", "unit": "percent", "digits": 1},
    ],
    "rows": [["塔城市", 0.1622], ["=乌苏市", 1 / 3], ["<b>", None]],
    "facts": [{"key": "mean", "label": "平均", "value": 12.5, "unit": "wan"}],
}


def drawing(data=DRAWN):
    shown = chart()
    shown["metadata"]["image/svg+xml"] |= {
        "title": "谁多谁少",
        "source": "某文（估计值）",
        "data": data,
    }
    return code(shown)


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
    files = saved(make_page())
    assert files == {
        "02_share_and_need.zh.shares.csv": [
            ["单位", "金额（万元）", "占比（%） [估计值]", "性质"],
            ["乌苏市", "98.0", "23.79", "官方数据"],
            ["乌苏市", "98.0", "23.79", "官方数据"],
        ]
    }


def test_a_chart_gives_its_numbers_with_their_source():
    page = make_page(make_notebook(extra=[drawing()]))
    assert saved(page)["02_share_and_need.zh.chart-2.csv"] == [
        ["单位", "资金占比（%）", "来源"],
        ["塔城市", "16.22", "某文（估计值）"],
        ["'=乌苏市", "33.3333333333", "某文（估计值）"],
        ["<b>", "", "某文（估计值）"],
        ["平均（万元）", "12.5"],
    ]
    assert '<a href="#chart-2">谁多谁少</a>' in page
    assert 'id="chart-2"' in page
    text = Tags(page).text
    for shown in ("图中的数字", "谁多谁少", "33.3", "平均：12.5 万元", "来源：某文（估计值）"):
        assert shown in text


def test_without_files_beside_it_a_page_links_to_none():
    page = make_page(name="")
    hrefs = [tag.get("href", "") for tag in Tags(page).elements("a")]
    assert all(href.startswith(("#", "data:text/csv")) for href in hrefs)
    assert list(saved(page)) == ["shares.csv"]


def test_a_long_table_goes_into_a_file_beside_the_page():
    made_of = material(make_notebook(), "zh")
    assert zipped(made_of.csv) is None
    long = {**made_of.csv, "shares": "x" * (EMBEDDED_AT_MOST + 1), "a": "é"}
    archive = zipfile.ZipFile(io.BytesIO(zipped(long)))
    assert {name: archive.read(name).decode() for name in archive.namelist()} == {
        f"{key}.csv": text for key, text in long.items()
    }
    page = make_page(made_of=replace(made_of, csv=long))
    assert not saved(page)
    assert "02_share_and_need.zh.csv.zip" in {
        tag.get("href") for tag in Tags(page).elements("a") if "download" in tag
    }


def test_charts_have_sheets_of_their_own():
    import openpyxl

    files = report_files(
        make_notebook(extra=[drawing()]),
        lang="zh",
        title="t",
        case_title="塔城",
        provenance=make_provenance(),
    )
    book = openpyxl.load_workbook(io.BytesIO(files[".xlsx"]))
    assert book.sheetnames == ["摘要", "资金占比 乌苏市", "谁多谁少"]
    assert [[cell.value for cell in row] for row in book["谁多谁少"].iter_rows(max_row=3)] == [
        ["单位", "资金占比（%）", "来源"],
        ["塔城市", 16.22, "某文（估计值）"],
        ["=乌苏市", 33.3333333333, "某文（估计值）"],
    ]
    assert ["谁多谁少", "谁多谁少", 3, "某文（估计值）"] in [
        [cell.value for cell in row][:4] for row in book["摘要"].iter_rows()
    ]


@pytest.mark.parametrize("data", [{"x": [1, 2]}, [1, 2], "x"])
def test_a_chart_of_another_maker_is_shown_without_numbers(data):
    page = make_page(make_notebook(extra=[drawing(data)]))
    assert "图中的数字" not in page


def test_a_page_made_twice_is_the_same():
    made_of = material(make_notebook(extra=[drawing()]), "zh")
    assert make_page(made_of=made_of) == make_page(made_of=made_of)
