"""The front page: failures first, a row for each unit, links to everything."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from sample_report import HOSTILE, UNITS, Tags, entries, entry

from analysis.report import listing, missing
from analysis.report.index import index_page
from analysis.report.missing import IN_FULL_UP_TO
from analysis.words import catalogue

WHY = {
    "state": "failed",
    "reason_zh": "内核已退出。",
    "reason_en": "Its kernel ended.",
    "numbers": (),
}
WAITS = WHY | {"state": "waiting"}
STATUS = {"status": "official"}
ONE = entry(UNITS[0])
RATIO = {"key": "ratio", "label": "比", "value": 0.5, "unit": "ratio", "status": "estimate"}


def rows(page):
    """Return the rows of the page's tables, each as it stands there."""
    return re.findall(r'^<tr><th scope="row">.*$', page, re.MULTILINE)


def row_of(page, name):
    (found,) = (row for row in rows(page) if name in row)
    return found


def command(unit, lang="zh", notebook="unit_report", out="reports"):
    code = f" --unit {unit}" if unit else ""
    stem = ".".join(part for part in (notebook, unit, lang) if part)
    return (
        f"relief report {notebook} --case data/tacheng-2024{code} --lang {lang} "
        f"--out {out}/tacheng-2024/{stem}.html"
    )


BATCH = "relief batch --case data/tacheng-2024 --out reports --notebook unit_report"


def gone(units, lang="zh", **changes):
    """Return reports that are not there, each with the command that a batch gives it."""
    return [
        replace(
            ONE,
            place=f"tacheng-2024/unit_report.{code}.{lang}",
            lang=lang,
            unit_code=str(code),
            unit_name_zh=f"县{code}",
            unit_name_en=f"County {code}",
            **WHY | {"command": command(str(code), lang), "batch_command": BATCH} | changes,
        )
        for code in units
    ]


def test_each_unit_has_a_row_with_both_languages_and_its_files():
    page = index_page(entries())
    assert page.count("<tbody>") == 2
    assert len(rows(page)) == 1 + len(UNITS)
    targets = [value for name, value in Tags(page).attributes if name == "href"]
    for ending in (".zh.html", ".en.html", ".zh.json", ".zh.xlsx", ".zh.ipynb"):
        assert f"tacheng-2024/unit_report.654202{ending}" in targets
    assert "glossary.html" in targets
    assert re.search(r"<td>官方数据 估计值<td>", row_of(page, "乌苏市"))


def test_a_figure_has_the_mark_of_its_status_beside_it():
    row = row_of(index_page(entries()), "乌苏市")
    assert '<td class="o">412<i>官 O</i><td class="e">8.6<i>估 E</i><td>' in row


@pytest.mark.parametrize(
    "status", ["official", "computed", "estimate", "assumption", "synthetic", "not_stated"]
)
def test_every_mark_is_explained_once_on_the_page(status):
    numbers = ({**RATIO, "status": status},)
    page = index_page([entry(UNITS[0], numbers=numbers, statuses=())])
    mark = f"{catalogue('zh')(f'index.mark_{status}')} {catalogue('en')(f'index.mark_{status}')}"
    explained = page[page.index('id="marks"') : page.index("<table")]
    assert f"<i>{mark}</i>" in explained
    assert catalogue("zh")(f"status.{status}") in explained
    assert f"0.50<i>{mark}</i>" in row_of(page, "塔城市")


def test_a_column_counts_in_one_unit_that_stands_in_its_head():
    figures = [({**RATIO, "key": "a", "unit": "wan", "value": value},) for value in (67.0, 98.5)]
    page = index_page([entry(u, numbers=n) for u, n in zip(UNITS[:2], figures, strict=True)])
    assert '<span class="relief-unit">万元 ' in page[page.index("<thead") : page.index("<tbody")]
    assert ">67.0<i>" in row_of(page, "塔城市")
    assert ">98.5<i>" in row_of(page, "乌苏市")


def test_failures_come_first_with_reason_and_command():
    page = index_page([*entries(), entry(("654224", "托里县", "Toli"), **WHY)])
    failed = page[page.index('id="failures"') : page.index("<table")]
    for text in ("托里县", "内核已退出。", "Its kernel ended.", "--unit 654224"):
        assert text in failed
    assert "失败 1 份" in page
    row = row_of(page, "托里县")
    assert "失败 failed" in row
    assert "href" not in row


def test_a_report_that_waits_is_no_failure():
    page = index_page([entry(UNITS[0], **WAITS)])
    assert "待生成 1 份" in page
    assert "失败 1 份" not in page
    assert 'data-state="waiting"' in rows(page)[0]


def test_a_row_says_which_language_failed_and_links_the_other():
    made, failed = entry(UNITS[1], "zh"), entry(UNITS[1], "en", **WHY)
    row = row_of(index_page([made, failed]), "乌苏市")
    assert 'href="tacheng-2024/unit_report.654202.zh.html"' in row
    assert "654202.en.html" not in row
    assert "失败 failed · en" in row


def test_equal_reasons_stand_once_with_one_command_for_all():
    codes = range(100000, 102850)
    page = index_page([each for lang in ("zh", "en") for each in gone(codes, lang, **WAITS)])
    assert page.count("Its kernel ended.") == 1
    assert page.count('class="relief-command"') == 1
    (said,) = re.findall(r'<code class="relief-command">(.*?)</code>', page)
    assert said == BATCH
    assert "待生成 5,700 份" in page
    assert "2,850 个单位" in page
    assert page.count("县102849 102849") == 1  # and once in the table, as a name and a code
    assert len(page.encode()) < 1_000_000


def test_one_fault_that_names_many_units_is_one_reason():
    failed = [
        replace(each, reason_en=f"Unit {each.unit_code}, {each.unit_name_en}: no people.")
        for each in gone(["654201", "654202"])
    ]
    (group,) = missing.missing(failed)
    assert group.reason.en == "Unit …, …: no people."
    assert [command for _, command in group.single] == [each.command for each in failed]


def test_reasons_of_two_cases_are_not_mixed():
    one, other = gone(["1", "2"])
    assert len(missing.missing([one, replace(other, case_name="other")])) == 2


def test_failures_come_before_what_waits():
    listed = gone(["100001"], **WAITS) + gone(["100002"])
    states = [each.state for each in missing.missing(listed)]
    assert states == ["failed", "waiting"]


def test_many_failures_have_a_command_for_all_and_their_own():
    failed = gone(range(100000, 100001 + IN_FULL_UP_TO))
    (group,) = missing.missing(failed)
    assert group.command == BATCH
    assert len(group.single) == len(failed)


def test_reports_of_several_batches_have_each_their_own_command():
    one, other = gone(["100001", "100002"], **WAITS)
    (group,) = missing.missing([one, replace(other, batch_command="relief batch --case other")])
    assert group.command == ""
    assert [command for _, command in group.single] == [one.command, other.command]


def test_an_empty_folder_has_a_page():
    assert "还没有报告" in index_page([])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(text):
    numbers = ({**RATIO, "label": text}, {"key": "t", "label": text, "value": text} | STATUS)
    changes = {"case_title_zh": text, "case_title_en": text, "notebook": text, "place": text}
    bad = entry(("1", text, text), numbers=numbers, **changes)
    told = dict.fromkeys(("reason_zh", "reason_en", "command"), text)
    page = index_page([bad, replace(bad, lang="en", state="failed", **told)])
    seen = Tags(page)
    assert seen.tags.count("script") == 1
    assert seen.tags.count("style") == 1
    assert "img" not in seen.tags
    assert not seen.comments
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    targets = [value for name, value in seen.attributes if name == "href"]
    assert not [href for href in targets if ":" in href.replace("data:", "")]
    assert seen.text.count(text) >= 6


def test_only_the_pages_own_script_may_run():
    page = index_page(entries())
    allowed = re.search(r"script-src '(sha256-[\w+/=]{44})'", page)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert allowed[1] == f"sha256-{digest}"
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", page)[0]
    assert "innerHTML" not in script


def test_thousands_of_rows_are_listed_without_a_script():
    one = entry(UNITS[0])
    many = [replace(one, unit_code=str(n), place=f"c/{n}.zh") for n in range(2850)]
    page = index_page(many)
    assert len(rows(page)) == 2850
    assert page.count('.xlsx">Excel') == 2850
    assert len(rows(index_page(many[: listing.ALL_FILES_UP_TO]))[0].split(".json")) == 2


def test_equal_runs_give_equal_pages():
    assert index_page(entries()) == index_page(entries())
