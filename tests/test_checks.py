"""Each check finds its own mistake and nothing else; a sound case has no finding."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from cases import (
    read_package,
    read_rows,
    replace_once,
    set_cell,
    set_property,
    shipped_copy,
    small_case,
    sound_case,
    write_rows,
)

from analysis.case import load_case
from analysis.checks import findings
from analysis.checks.finding import COLUMNS, SEVERITY
from analysis.errors import NoticeError
from analysis.words import LANGUAGES, catalogue


def notice(folder, old, new):
    replace_once(folder / "source" / "notice.txt", old, new)


def printed(folder, row, column, cell):
    """Change a printed cell of an indicator in the table and in the notice alike."""
    rows = read_rows(folder, "indicators")
    old_line = rows[row - 2]["printed"]
    rows[row - 2][column] = cell
    order = ("level1", "level2", "level3", "target", "basis", "target_again", "last_year")
    cells = [rows[row - 2][name] for name in (*order, "weight", "method", "evidence")]
    rows[row - 2]["printed"] = new_line = " | ".join(cell for cell in cells if cell)
    write_rows(folder, "indicators", rows)
    path = folder / "source" / "notice.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    places = [
        n for n, line in enumerate(lines) if " | ".join(filter(None, line.split("\t"))) == old_line
    ]
    assert len(places) == 1
    lines[places[0]] = new_line.replace(" | ", "\t")
    path.write_text("\n".join(lines), encoding="utf-8")


def drop_row(folder, table, row):
    rows = read_rows(folder, table)
    del rows[row - 2]
    write_rows(folder, table, rows)


def add_unit(folder):
    units, money = read_rows(folder, "units"), read_rows(folder, "allocation")
    code = {"unit_code": "654200-old-home"}
    write_rows(
        folder, "units", [*units, {**units[0], **code, "name_zh": "地区敬老院", "name_en": "Home"}]
    )
    write_rows(folder, "allocation", [*money, {**money[0], **code}])


def add_spending(folder, *amounts, programmes=("", "")):
    """Add what 塔城市, which has 67, spent by month."""
    columns = "unit_code,programme,month,amount_wan,status,source"
    rows = [
        f"654201,{programme},{month},{paid},official,月报"
        for month, (paid, programme) in enumerate(zip(amounts, programmes, strict=True), 1)
    ]
    (folder / "spending.csv").write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    package = read_package(folder)
    package["resources"].append({"name": "spending", "path": "spending.csv"})
    set_property(folder, resources=package["resources"])


MONEY_ROW = "1\t67\t98\t78\t50\t55\t32\t32"
MUTATIONS = {
    "TOTAL_MISMATCH": lambda f: notice(f, "\t合计\t413", "\t合计\t414"),
    "ALLOCATION_DIFFERS": lambda f: set_cell(f, "allocation", 3, "amount_wan", "68"),
    "BODY_AMOUNT_DIFFERS": lambda f: notice(f, "提前下达部分413万元", "提前下达部分 431.5 万元"),
    "BODY_AMOUNT_BLANK": lambda f: notice(f, "提前下达部分413万元", "提前下达部分 万元"),
    "ANNEX3_TOTAL_DIFFERS": lambda f: notice(f, "下达资金总额:\t413", "下达资金总额:\t403"),
    "ANNEX3_AMOUNT_DIFFERS": lambda f: notice(
        f, f"地方资金\t\t{MONEY_ROW}", "地方资金\t\t1\t98\t67\t78\t50\t55\t32\t32"
    ),
    "UNIT_NOT_IN_TABLE": lambda f: notice(f, "6\t托里县\t55", "6\t托里镇\t55"),
    "UNIT_NOT_IN_NOTICE": add_unit,
    "DOCUMENT_NO_DIFFERS": lambda f: set_property(f, document_no="塔地财社〔2023〕91号"),
    "FISCAL_YEAR_DIFFERS": lambda f: set_cell(f, "allocation", 4, "fiscal_year", "2023"),
    "FUND_SOURCE_DIFFERS": lambda f: set_cell(f, "allocation", 4, "source", "central"),
    "FUND_TAG_MISSING": lambda f: set_cell(f, "allocation", 5, "fund_tag", ""),
    "FUND_TAG_DIFFERS": lambda f: set_cell(f, "allocation", 5, "fund_tag", "01 中央直达资金"),
    "REVENUE_CODE_DIFFERS": lambda f: set_property(f, revenue_code="1100249"),
    "FUNCTION_CODE_DIFFERS": lambda f: set_cell(f, "function_codes", 4, "name_zh", "临时救助"),
    "BOOKING_CODE_WRONG": lambda f: set_cell(f, "allocation", 2, "function_code", "2081901"),
    "BOOKING_ITEM_OPEN": lambda f: set_cell(f, "allocation", 7, "function_code", ""),
    "INDICATOR_DIFFERS": lambda f: set_cell(f, "indicators", 6, "evidence", "统计报表"),
    "TARGET_VALUE_DIFFERS": lambda f: set_cell(f, "indicators", 6, "target_value", "91"),
    "POPULATION_SUM_DIFFERS": lambda f: [
        set_cell(f, "population", 4, column, "35652") for column in ("high", "persons", "low")
    ],
    "SOURCE_CONTRADICTED": lambda f: notice(f, "其中:自治区财政补助", "其中:中央财政补助"),
    "HEADER_JUMBLED": lambda f: notice(
        f, "地区儿童福利院\t塔城市\t额敏县", "地区儿童福利院\t额敏县\t塔城市"
    ),
    "HEADER_ALIAS": lambda f: notice(f, "裕民县\t和布克赛尔蒙古自治县", "裕民县\t和丰县"),
    "WEIGHTS_NOT_100": lambda f: printed(f, 2, "weight", "21"),
    "TARGETS_DIFFER": lambda f: printed(f, 19, "target_again", "≥82%"),
    "CELLS_SLIPPED": lambda f: printed(f, 16, "target_again", "5"),
    "NEED_GROUP_INCOMPLETE": lambda f: drop_row(f, "population", 7),
    "CLAUSE_NUMBER_REPEATED": lambda f: notice(
        f, "四、各县（市）、单位要", "三、各县（市）、单位要"
    ),
    "OBJECTIVES_JUMP": lambda f: notice(f, " 7.积极", " 8.积极"),
    "LEVEL_SLIPPED": lambda f: printed(f, 16, "level1", "社会效益指标"),
    "METHOD_MISPRINTED": lambda f: printed(f, 9, "method", "按照完成比例福分"),
    "LAST_YEAR_MISSING": lambda f: printed(f, 9, "last_year", "计划标准"),
    "TARGET_KIND_DOUBTFUL": lambda f: (
        printed(f, 17, "target", "≥90%") or printed(f, 17, "target_again", "≥90%")
    ),
    "TARGET_IN_NAME": lambda f: printed(f, 12, "level3", "收到补助资金后30日内下达"),
    "SPENDING_UNREADABLE": lambda f: add_spending(f, 4, 5, programmes=("2081901", "")),
    "SPENDING_ABOVE_MONEY": lambda f: add_spending(f, 40, 27.1),
    "SPENDING_BELOW_0": lambda f: add_spending(f, 40, -3),
}
# Two more ways to the same finding.
MORE = [
    (
        "FUNCTION_CODE_DIFFERS",
        lambda f: notice(f, "临时救助支出\t2082001", "临时救助支出\t2082009"),
    ),
    ("BOOKING_CODE_WRONG", lambda f: set_cell(f, "allocation", 2, "function_code", "")),
    ("LEVEL_SLIPPED", lambda f: printed(f, 20, "level3", "满意度指标")),
    ("LEVEL_SLIPPED", lambda f: printed(f, 2, "level2", "")),
    ("INDICATOR_DIFFERS", lambda f: drop_row(f, "indicators", 20) or weight_to(f, 2, "27")),
    ("CELLS_SLIPPED", lambda f: printed(f, 16, "target", "")),
    ("UNIT_NOT_IN_TABLE", lambda f: notice(f, "裕民县\t和布克赛尔蒙古自治县\n", "裕民县\t丰县\n")),
    ("OBJECTIVES_JUMP", lambda f: notice(f, " 7.积极", " 6.积极")),
]


def weight_to(folder, row, weight):
    printed(folder, row, "weight", weight)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return sound_case(tmp_path_factory.mktemp("sound") / "case")


@pytest.fixture
def folder(sound, tmp_path):
    """Return a sound case to damage."""
    return Path(shutil.copytree(sound, tmp_path / "case"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return load_case(shipped_copy(tmp_path_factory.mktemp("shipped") / "case"))


def codes(found):
    return set(found["code"])


def test_a_sound_case_has_no_finding(sound):
    found = findings(load_case(sound))
    assert list(found.columns) == list(COLUMNS)
    assert found.empty, found[["code", "row", "message"]].to_string()


@pytest.mark.parametrize("code", SEVERITY)
def test_a_mistake_gives_its_own_finding_and_no_other(code, folder):
    MUTATIONS[code](folder)
    assert codes(findings(load_case(folder))) == {code}


@pytest.mark.parametrize(("code", "mutate"), MORE)
def test_other_ways_to_a_finding(code, mutate, folder):
    mutate(folder)
    assert codes(findings(load_case(folder))) == {code}


@pytest.mark.parametrize(
    "code",
    [
        "BODY_AMOUNT_BLANK",
        "CLAUSE_NUMBER_REPEATED",
        "OBJECTIVES_JUMP",
        "SOURCE_CONTRADICTED",
        "HEADER_JUMBLED",
        "HEADER_ALIAS",
        "WEIGHTS_NOT_100",
        "METHOD_MISPRINTED",
        "LEVEL_SLIPPED",
        "BOOKING_ITEM_OPEN",
        "TARGETS_DIFFER",
        "CELLS_SLIPPED",
        "LAST_YEAR_MISSING",
        "TARGET_KIND_DOUBTFUL",
        "TARGET_IN_NAME",
    ],
)
def test_the_shipped_notice_has_its_known_mistakes(shipped, code):
    assert code in codes(findings(shipped))


def test_the_shipped_case_has_no_error_and_its_total_no_finding(shipped):
    found = findings(shipped)
    assert "error" not in set(found["severity"])
    assert len(codes(found)) == 15


def test_findings_say_where(shipped):
    found = findings(shipped).set_index("code")
    lines = shipped.notice_text.splitlines()
    assert "提前下达部分 万元" in lines[found.loc["BODY_AMOUNT_BLANK", "row"] - 1]
    assert lines[found.loc["CLAUSE_NUMBER_REPEATED", "row"] - 1].startswith("三、各县")
    assert "中央财政补助" in lines[found.loc["SOURCE_CONTRADICTED", "row"] - 1]
    row = found.loc["TARGETS_DIFFER", "row"] - 2
    assert shipped.indicators["target"][row] == "82%"
    assert "82%" in found.loc["TARGETS_DIFFER", "message"]
    assert "90%" in found.loc["TARGETS_DIFFER", "message"]
    assert "82" in found.loc["WEIGHTS_NOT_100", "message"]


def test_the_gravest_come_first_then_by_place(tmp_path):
    folder = shipped_copy(tmp_path / "case")
    set_cell(folder, "allocation", 5, "fund_tag", "")
    found = findings(load_case(folder))
    ranks = found["severity"].map({"error": 0, "warning": 1, "note": 2})
    assert ranks.is_monotonic_increasing
    assert found["code"][0] == "FUND_TAG_MISSING"
    assert found["row"][0] == 5
    for _, group in found.groupby(["severity", "table"]):
        assert group["row"].fillna(0).is_monotonic_increasing


def test_a_case_without_a_notice_skips_the_notice(tmp_path):
    case = load_case(small_case(tmp_path / "case"))
    assert case.notice_text == ""
    assert codes(findings(case)) == {"NEED_GROUP_INCOMPLETE"}


def test_a_text_that_is_no_notice_is_refused(folder):
    (folder / "source" / "notice.txt").write_text("春眠不觉晓", encoding="utf-8")
    with pytest.raises(NoticeError, match="no notice"):
        findings(load_case(folder))


def test_money_of_another_document_is_not_held_against_this_notice(folder):
    rows = read_rows(folder, "allocation")
    later = {
        "tranche": "second",
        "document_no": "塔地财社〔2024〕1号",
        "fund_tag": "",
        "source": "central",
    }
    write_rows(folder, "allocation", [*rows, {**rows[1], **later}])
    assert findings(load_case(folder)).empty


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_is_told_in_both_languages(shipped, lang):
    found = findings(shipped, lang)
    assert found["message"].str.len().min() > 5
    assert not found["message"].str.contains(r"[{}]").any()
    texts = catalogue(lang).texts
    for code in SEVERITY:
        assert {f"check.{code}_message", f"check.{code}_remedy"} <= texts.keys()


def test_both_languages_find_the_same(shipped):
    zh, en = findings(shipped, "zh"), findings(shipped, "en")
    same = ["code", "severity", "table", "row", "column"]
    pd.testing.assert_frame_equal(zh[same], en[same])
