"""Tables and prose of HTML: what changed is found where it stands, looks do not count."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from recorded import answer, empty_page, key_figure, table

from analysis.regression.markup import compare_markup, pieces
from analysis.regression.tolerance import Tolerance
from analysis.report.display import Column

UNITS = ["塔城市", "额敏县", "乌苏市", "沙湾市"]


def found(old, new, tolerance=None):
    return list(compare_markup(old, new, tolerance or Tolerance()))


def page(frame):
    return frame._repr_html_()


def plain():
    frame = pd.DataFrame(
        {
            "人数": [98, 1234, 0, 5],
            "ratio": [0.5, np.nan, -1.25, 1e-7],
            "due": pd.date_range("2024-01-30 23:59:58", periods=4, freq="s"),
            "kind": pd.Categorical(["a", "b", "a", "b"]),
        },
        index=UNITS,
    )
    frame.index.name = "unit"
    return frame


def levels():
    """Return a frame with two levels of heads on each side, both sparse in HTML."""
    rows = pd.MultiIndex.from_product([["A", "B"], ["x", "y"]], names=["group", "member"])
    columns = pd.MultiIndex.from_product([["P", "Q"], ["u", "v"]], names=["top", "sub"])
    return pd.DataFrame(np.arange(16).reshape(4, 4) / 4, index=rows, columns=columns)


def wide():
    return pd.DataFrame(np.arange(3000).reshape(100, 30) / 7)


FRAMES = {"plain": plain, "levels": levels, "wide": wide, "empty": pd.DataFrame}
FRAMES["no rows"] = lambda: pd.DataFrame({"a": []})


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_a_frame_is_the_same_as_itself_whatever_its_looks(make):
    once = page(make())
    assert pieces(once) == pieces(once.replace('border="1"', 'border="0" style="color:red"'))
    assert not found(once, once.replace("<table", '<table id="x1" class="y"'))


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_a_frame_drawn_by_a_styler_is_the_same_each_time(make):
    one, other = (make().style.to_html() for _ in range(2))
    assert one != other
    assert not found(one, other)


def test_colours_do_not_count_and_the_figures_under_them_do():
    numbers = levels()
    coloured = numbers.style.background_gradient().to_html()
    assert not found(numbers.style.to_html(), coloured)
    numbers.iloc[1, 2] += 1
    (difference,) = found(coloured, numbers.style.background_gradient().to_html())
    assert difference.where() == "1 › A, y › Q, u"


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_changed_cell_is_found_at_its_row_and_column(row, column):
    for name, make in (("plain", plain), ("levels", levels)):
        new = make()
        new.iloc[row, column] = {2: pd.Timestamp("2025-01-31 08:15"), 3: "ab"[row % 2 - 1]}.get(
            column if name == "plain" else None, 77
        )
        (difference,) = found(page(make()), page(new))
        rows = [", ".join(np.atleast_1d(each)) for each in (make().index, make().columns)[0]]
        columns = [", ".join(np.atleast_1d(each)) for each in make().columns]
        assert difference.place == (
            ("table", "1"),
            ("row", rows[row]),
            ("column", columns[column]),
        )


def test_a_changed_cell_of_a_truncated_frame_is_found():
    new = wide()
    new.iloc[99, 29] = 5
    (difference,) = found(page(wide()), page(new))
    assert difference.where() == "1 › 99 › 29"


CHANGES = {
    "rows in another order": lambda frame: frame.iloc[[1, 0, 2, 3]],
    "columns in another order": lambda frame: frame.iloc[:, [1, 0, 2, 3]],
    "a row less": lambda frame: frame.iloc[[0, 2, 3]],
    "the last row less": lambda frame: frame.iloc[:3],
    "a column less": lambda frame: frame.iloc[:, [0, 2, 3]],
    "a row twice": lambda frame: frame.iloc[[0, 1, 1, 2, 3]],
    "another name of a row": lambda frame: frame.rename({"额敏县": "额敏", "y": "z"}),
    "another name of a column": lambda frame: frame.rename(columns={"ratio": "rate", "u": "w"}),
    "another name of the rows": lambda frame: frame.rename_axis(
        ["new"] * frame.index.nlevels, axis=0
    ),
    "heads moved": lambda frame: frame.set_axis([*frame.index[1:], frame.index[0]]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("make", [plain, levels])
def test_other_heads_or_another_order_are_found(make, change):
    assert found(page(make()), page(change(make())), Tolerance(relative=100, absolute=100))


def test_the_row_that_is_gone_is_told():
    (difference,) = found(page(plain()), page(plain().drop("额敏县")))
    assert (difference.kind, difference.old) == ("shape", "th: 额敏县")


def test_figures_as_heads_count_exactly():
    one, other = (pd.DataFrame({"a": [1.5]}, index=[year]) for year in (2024, 2025))
    assert found(page(one), page(other), Tolerance(relative=1))


@pytest.mark.parametrize("make", [plain, levels, wide])
def test_noise_is_no_difference(make):
    numbers = make().select_dtypes("number")
    with pd.option_context("display.float_format", "{:.17g}".format):
        old, new = page(numbers), page(numbers * (1 + 1e-13))
    assert old != new
    assert not found(old, new)


def test_the_same_cells_in_rows_of_another_length_are_found():
    cells = "<td>1</td>" * 2, "<td>1</td>" * 3
    two, three = (f"<tr>{each}</tr>" for each in cells)
    assert found(f"<table>{two * 3}</table>", f"<table>{three * 2}</table>")


def test_end_tags_may_be_left_out():
    old = "<table><tr><th>a<th>b<tr><td>x<td>{}</table>"
    new = "<table><tr><th>a</th><th>b</th></tr><tr><td>x</td><td>{}</td></tr></table>"
    assert not found(old.format(1), new.format(1))
    (difference,) = found(old.format(1), new.format(2))
    assert difference.where() == "1 › x › b"


def test_a_table_within_a_cell_has_its_own_places():
    inner = "<table><tr><th>p</th></tr><tr><td>{}</td></tr></table>"
    outer = "<table><tr><th>r</th><td>" + inner + "</td><td>{}</td></tr></table>"
    first, second = found(outer.format(1, 3), outer.format(2, 4))
    assert first.where() == "2 › 2 › p"
    assert second.where() == "1 › r › 3"


def shown_table(rows):
    columns = {"unit": Column("县市"), "persons": Column("人数", "persons")}
    return table(pd.DataFrame(rows, columns=list(columns)), columns, caption="人数表")


@given(st.integers(0, 3), st.integers(1, 10**6))
def test_a_changed_cell_of_a_table_of_ours_is_found(row, persons):
    rows = [[unit, 2000 * number] for number, unit in enumerate(UNITS)]
    assume(rows[row][1] != persons)
    old = page(shown_table(rows))
    rows[row][1] = persons
    (difference,) = found(old, page(shown_table(rows)))
    where = difference.where()
    assert where.startswith("1 人数表")
    assert f" › {UNITS[row]} › 人数" in where


def test_a_changed_headline_is_found():
    def shown(value, said):
        total = key_figure("total", value, label="Allocated")
        return page(empty_page(lang="en").answer(answer(said, total, notes=["A note."])))

    assert not found(shown(413, "All is paid."), shown(413 + 1e-10, "All is paid."))
    (number,) = found(shown(413, "All is paid."), shown(414, "All is paid."))
    assert (number.old, number.new) == ("4,130,000", "4,140,000")
    assert found(shown(413, "All is paid."), shown(413, "Not all is paid."))


SAID = [
    ('<a href="a.html">x</a>', '<a href="b.html">x</a>'),
    ('<img alt="98 persons">', '<img alt="99 persons">'),
    ("<p>a <b>98</b>%</p>", "<p>a <b>99</b>%</p>"),
    ("<p>a</p><p>b</p>", "<p>a b</p>"),
    ("<li>a<li>b", "<li>b<li>a"),
    ("<svg><text>a</text></svg>", "<svg><text>b</text></svg>"),
    ("<caption>a", "<caption>b"),
    ("<td colspan=2>", "<td>"),
]
UNSAID = [
    ('<use href="#m1"/>', '<use href="#m2"/>'),
    ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,BBBB">'),
    ("<style>a{}</style>x", "<style>b{}</style>x"),
    ("<svg><metadata>a</metadata></svg>", "<svg><metadata>b</metadata></svg>"),
    ("<!-- a -->x", "<!-- b -->x"),
    ("<p class='a'>a <b>b</b></p>", "<div>a&nbsp;<i>b</i>\n</div>"),
    ("a<br>b", "a b"),
    ("<p>/home/ann/a.csv</p>", "<p>/home/li/a.csv</p>"),
]


@pytest.mark.parametrize(("old", "new"), SAID)
def test_what_is_said_counts(old, new):
    assert found(old, new)


@pytest.mark.parametrize(("old", "new"), UNSAID)
def test_what_is_not_said_does_not_count(old, new):
    assert not found(old, new)


@given(st.text(alphabet="<>/ab=\"'& tdrh!-"))
def test_any_markup_is_the_same_as_itself(markup):
    assert not found(markup, f"{markup} ") or markup.endswith("<")
    pieces(markup)
