"""The front page: failures first, a row for each unit, links to everything."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from sample_report import HOSTILE, UNITS, Tags, entries, entry

from analysis.reports.index import index_page


def test_each_unit_has_a_row_with_both_languages_and_its_files():
    page = index_page(entries())
    assert page.count("<tbody>") == 2
    assert page.count("<tr data-find") == 1 + len(UNITS)
    targets = [value for name, value in Tags(page).attributes if name == "href"]
    for ending in (".zh.html", ".en.html", ".zh.json", ".zh.xlsx", ".zh.ipynb"):
        assert f"tacheng-2024/unit_report.654202{ending}" in targets
    row = page[page.index('data-find="乌苏市') :]
    assert "412 万元" in row[: row.index("</tr>")]
    assert "估计值" in row[: row.index("</tr>")]


def test_failures_come_first_with_reason_and_command():
    reason = {"reason_zh": "内核已退出。", "reason_en": "Its kernel ended.", "numbers": ()}
    page = index_page([*entries(), entry(("654224", "托里县", "Toli"), **reason)])
    failed = page[page.index('id="failures"') : page.index("<table")]
    for text in ("托里县", "内核已退出。", "Its kernel ended.", "--unit 654224"):
        assert text in failed
    assert "1 份未完成" in page
    assert "托里县" not in page[page.index("<table") :]


def test_an_empty_folder_has_a_page():
    assert "还没有报告" in index_page([])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text):
    changes = {"case_title_zh": text, "case_title_en": text, "notebook": text, "place": text}
    bad = entry(("1", text, text), **changes)
    page = index_page([bad, replace(bad, lang="en", reason_zh=text, reason_en=text, command=text)])
    seen = Tags(page)
    assert seen.tags.count("script") == 1
    assert seen.tags.count("style") == 1
    assert "img" not in seen.tags
    assert not seen.comments
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert seen.text.count(text) >= 6


def test_only_the_pages_own_script_may_run():
    page = index_page(entries())
    allowed = re.search(r"script-src '(sha256-[\w+/=]{44})'", page)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert allowed[1] == f"sha256-{digest}"
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", page)[0]


def test_thousands_of_rows_are_listed():
    one = entry(UNITS[0])
    many = [replace(one, unit_code=str(n), place=f"c/{n}.zh") for n in range(2850)]
    assert index_page(many).count("<tr data-find") == 2850


def test_equal_runs_give_equal_pages():
    assert index_page(entries()) == index_page(entries())
