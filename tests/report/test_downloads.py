"""What a page gives to take away, taken away and read back."""

import csv
import io
import zipfile
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import pytest
from sample_report import (
    SVG,
    Tags,
    chart,
    code,
    displayed,
    make_notebook,
    make_page,
    make_provenance,
)

from analysis.report.downloads import EMBEDDED_AT_MOST, zipped
from analysis.report.outputs import material
from analysis.report.publish import report_files


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
        ["单位", "金额（万元）", "占比（%） [估计值]", "性质"],
        ["乌苏市", "98.0", "23.79", "官方数据"],
        ["乌苏市", "98.0", "23.79", "官方数据"],
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


def test_a_chart_of_analysis_figures_gives_its_numbers_as_before():
    data = {
        "columns": [
            {"key": "name", "label": "单位", "unit": None},
            {"key": "share", "label": "资金占比", "unit": "percent", "digits": 1},
        ],
        "rows": [["塔城市", 0.1622], ["乌苏市", 1 / 3]],
        "facts": [{"key": "mean", "label": "平均", "value": 12.5, "unit": "wan"}],
    }
    about = {"alt": "x", "title": "谁多谁少", "source": "某文（估计值）", "data": data}
    old = displayed({"image/svg+xml": about}, image_svg=SVG)
    page = make_page(make_notebook(extra=[code(old)]))
    assert saved(page)["02_share_and_need.zh.chart-2.csv"] == [
        ["单位", "资金占比（%）", "来源"],
        ["塔城市", "16.22", "某文（估计值）"],
        ["乌苏市", "33.3333333333", "某文（估计值）"],
        ["平均（万元）", "12.5"],
    ]
    assert "平均（万元）：12.5" in Tags(page).text


def test_without_files_beside_it_a_page_links_to_none():
    page = make_page(name="")
    hrefs = [tag.get("href", "") for tag in Tags(page).elements("a")]
    assert all(href.startswith(("#", "data:text/csv")) for href in hrefs)
    assert list(saved(page)) == ["chart-1.csv", "shares.csv"]


def test_a_long_table_goes_into_a_file_beside_the_page():
    made_of = material(make_notebook(), "zh")
    assert zipped(made_of.csv) is None
    rows = [{"unit": "x" * 50, "wan": 1.0, "share": 0.5}] * 1000
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

    files = report_files(
        make_notebook(), lang="zh", title="t", case_title="塔城", provenance=make_provenance()
    )
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


def test_a_page_made_twice_is_the_same():
    made_of = material(make_notebook(), "zh")
    assert make_page(made_of=made_of) == make_page(made_of=made_of)
