"""A notice is read part by part, in the variants that offices write."""

import re

import pytest
from cases import SHIPPED, UNITS, sound_case
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import NoticeError
from analysis.notice import read_notice, source_of

TEXT = (SHIPPED / "source" / "notice.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shipped():
    return read_notice(TEXT)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = sound_case(tmp_path_factory.mktemp("sound") / "case")
    return read_notice((folder / "source" / "notice.txt").read_text(encoding="utf-8"))


def test_the_head(shipped):
    assert shipped.document_no == "塔地财社〔2023〕90号"
    assert shipped.title.startswith("关于提前下达2024年自治区财政")
    assert (shipped.fiscal_year, shipped.source) == (2024, "region")
    assert (shipped.fund_tag, shipped.revenue_code) == ("01 自治区直达资金", "1100248")
    assert shipped.own_item_code == "2081001"


def test_the_clauses_are_joined_over_page_breaks(shipped):
    assert [clause.number for clause in shipped.clauses] == ["一", "二", "三", "三", "四"]
    assert "特困人员救助供养" in shipped.clauses[0].text
    assert shipped.clauses[3].text.endswith("无效必问责。")
    assert shipped.clauses[4].text.endswith("资金使用效益。")
    for clause in shipped.clauses:
        assert TEXT.splitlines()[clause.line - 1].startswith(f"{clause.number}、")


def test_the_annexes(shipped):
    assert tuple(row.name for row in shipped.annex1) == UNITS
    assert sum(row.amount_wan for row in shipped.annex1) == shipped.annex1_total_wan == 413
    assert len(shipped.annex2) == 9
    third = shipped.annex3
    assert (third.total_wan, third.source, third.source_wan) == (413, "中央财政补助", 413)
    assert third.objectives == (1, 2, 3, 4, 5, 6, 8)
    assert len(third.indicators) == 19
    assert [len(row.cells) for row in third.names] == [6, 14]
    amounts = tuple(f"{row.amount_wan:g}" for row in shipped.annex1)
    assert [row.cells for row in third.amounts] == [amounts, amounts]


def test_the_body_amount(shipped, sound):
    assert shipped.amount_wan is None
    assert sound.amount_wan == 413
    assert TEXT.splitlines()[shipped.amount_line - 1].startswith("为做好")


@pytest.mark.parametrize(
    ("written", "amount"),
    [("413", 413), (" 413 ", 413), ("1,413.5", 1413.5), ("  ", None), ("××", None)],
)
def test_ways_to_write_the_body_amount(written, amount):
    text = TEXT.replace("提前下达部分 万元", f"提前下达部分{written}万元")
    assert read_notice(text).amount_wan == amount


def test_a_mended_notice(sound):
    assert [clause.number for clause in sound.clauses] == list("一二三四五")
    assert sound.annex3.objectives == (1, 2, 3, 4, 5, 6, 7)
    assert [row.cells for row in sound.annex3.names] == [UNITS]
    assert sound.annex3.source == "自治区财政补助"


def test_tables_drawn_with_bars_read_the_same(shipped):
    bare = [re.sub("\t+$", "", line).replace("\t", " | ") for line in TEXT.splitlines()]
    framed = [f"| {line} |" if " | " in line else line for line in bare]
    for lines in (bare, framed):
        read = read_notice("\n".join(lines))
        assert read.annex1 == shipped.annex1
        assert read.annex1_total_wan == 413
        assert read.annex2 == shipped.annex2
        assert read.annex3.objectives == shipped.annex3.objectives
        assert read.annex3.amounts == shipped.annex3.amounts
        assert read.annex3.names == shipped.annex3.names
        assert [row.filled for row in read.annex3.indicators] == [
            row.filled for row in shipped.annex3.indicators
        ]


def test_windows_line_ends_and_wide_colons_read_the_same(shipped):
    assert read_notice(TEXT.replace("\n", "\r\n")) == shipped
    wide = TEXT.replace("下达资金总额:", "下达资金总额：").replace("其中:", "其中：")
    assert read_notice(wide) == shipped


def test_a_notice_without_annex_2_and_3(shipped):
    short = read_notice(TEXT[: TEXT.index("附件2\n")])
    assert short.annex1 == shipped.annex1
    assert short.annex2 == ()
    assert short.annex3.indicators == short.annex3.objectives == short.annex3.amounts == ()
    assert short.annex3.total_wan is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "document number"),
        ("塔地财社〔2023〕90号\n", "annex 1"),
        (TEXT.replace("塔地财社〔2023〕90号", ""), "document number"),
        (TEXT.replace("序号\t", "\t"), "annex 1"),
    ],
)
def test_what_is_no_notice_is_refused(text, part):
    with pytest.raises(NoticeError, match=part) as caught:
        read_notice(text)
    assert re.search("[\u4e00-\u9fff]", caught.value.zh)


@pytest.mark.parametrize("amount", ["六十七", "６７", "67元", "-67", ""])
def test_an_amount_that_is_no_number_names_its_line(amount):
    text = TEXT.replace("2\t塔城市\t67", f"2\t塔城市\t{amount}")
    line = text.splitlines().index(f"2\t塔城市\t{amount}") + 1
    with pytest.raises(NoticeError, match=f"line {line}: .*塔城市"):
        read_notice(text)


@pytest.mark.parametrize(
    ("text", "source"),
    [("中央财政补助", "central"), ("省级财政", "region"), ("地区财政", "prefecture"), ("资金", "")],
)
def test_who_grants_the_money(text, source):
    assert source_of(text) == source


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_notice_is_read_or_refused_never_a_crash(data):
    start = data.draw(st.integers(0, len(TEXT)))
    length = data.draw(st.integers(0, 400))
    put = data.draw(st.text(alphabet="\t\n|一、413%.“”〔〕号序附件:：", max_size=30))
    try:
        notice = read_notice(TEXT[:start] + put + TEXT[start + length :])
    except NoticeError as error:
        assert error.zh
        assert error.en
    else:
        assert notice.document_no.endswith("号")
