"""Tables and headlines: every text escaped, every figure where its column is."""

import pandas as pd
import pytest
from recorded import empty_page, table
from sample_report import HOSTILE, Tags, make_answer, make_results, make_table

from analysis.report.display import SHOWN_AT_MOST, SHOWN_EACH_END, Column

ALLOWED = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
ALLOWED |= {"section", "p", "dl", "dt", "dd", "strong", "ul", "li"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text):
    page = empty_page()
    headline = page.answer(make_answer(text=text, said=text, notes=[f"说明：{text}"]))
    for thing in (headline, make_table(page, text)):
        seen = Tags(thing._repr_html_())
        assert set(seen.tags) <= ALLOWED
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert seen.comments in ([], ["relief:banner", "/relief:banner"])
        assert text in seen.text
        assert text in repr(thing)


def test_a_table_has_a_caption_scopes_units_and_chips():
    html = make_table(make_results("zh"))._repr_html_()
    seen = Tags(html)
    assert seen.tags.count("caption") == 1
    assert [value for name, value in seen.attributes if name == "scope"] == ["col"] * 3 + [
        "row"
    ] * 2
    assert "万元" in seen.text
    assert "估计值" in seen.text
    assert seen.text.count("官方数据") == 1


def test_figures_of_a_column_share_their_decimals():
    frame = pd.DataFrame({"u": ["a", "b"], "x": [3.0, 3.25]})
    columns = {"u": Column("u"), "x": Column("x", "wan")}
    shown = repr(table(frame, columns))
    assert [line.split(" | ")[1] for line in shown.splitlines()[2:]] == ["3.0", "3.2"]


def test_an_infinite_cell_and_an_empty_one_look_different():
    frame = pd.DataFrame({"x": [float("inf"), float("nan")]})
    shown = repr(table(frame, {"x": Column("x", "ratio")}))
    assert shown.splitlines()[2:] == ["∞", "—"]


def test_a_status_column_shows_words():
    frame = pd.DataFrame({"u": ["a", "b"], "s": ["official", "assumption"]})
    columns = {"u": Column("u"), "s": Column("s", "status")}
    html = table(frame, columns)._repr_html_()
    assert "官方数据" in html
    assert "假设值</span>" in html


@pytest.mark.parametrize("rows", [SHOWN_AT_MOST, SHOWN_AT_MOST + 1, 2850])
def test_a_long_table_shows_its_ends_and_says_how_many_it_leaves_out(rows):
    html = make_table(make_results("en"), rows=rows)._repr_html_()
    shown = Tags(html).tags.count("tr") - 1
    if rows <= SHOWN_AT_MOST:
        assert shown == rows
    else:
        assert shown == 2 * SHOWN_EACH_END + 1
        assert f"{rows - 2 * SHOWN_EACH_END:,} rows are left out here; all {rows:,}" in html


def test_the_headline_shows_figure_unit_interval_status_and_banner():
    seen = Tags(empty_page().answer(make_answer())._repr_html_())
    for text in ("412", "万元", "8.6", "区间 7.1%–11.2%", "估计值", "本页含估计值，不是官方统计。"):
        assert text in seen.text
