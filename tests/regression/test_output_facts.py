"""What a cell showed beside what it shows: every number and word of it counts, chance does not."""

import base64
import copy
import io
import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from recorded import table
from shown_cells import NOTEBOOKS, failed, pixels, printed, real_outputs, shown

from analysis.regression.compare import NOTHING, Tolerance
from analysis.regression.outputs import compare_outputs
from analysis.report.display import Column

HTML, SVG, PNG = "text/html", "image/svg+xml", "image/png"


def found(old, new, tolerance=None, **how):
    return list(compare_outputs(old, new, tolerance or Tolerance(), **how))


def pages(old, new, tolerance=None, kind=HTML):
    return found([shown({kind: old})], [shown({kind: new})], tolerance)


# ---- The real notebooks.
REAL = [outputs for path in NOTEBOOKS for outputs in real_outputs(path)]
# What of a text a reader gets to see: not what stands within tags, nor in styles.
SEEN = re.compile(r"<style.*?</style>|<metadata>.*?</metadata>|<!.*?>|<[^<>]*>", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.,&#-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w.]*\d|,\d)")
WORD = re.compile(r"[^\W\d_]{2,}(?![^\W\d_]*;)")


def texts(value, path=()):
    """Yield the place of each text and number in outputs, but not of what only tells of looks."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in ("output_type", "execution_count", "name"):
                yield from texts(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts(each, (*path, number))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path


def at(value, path):
    for step in path:
        value = value[step]
    return value


def with_changed(outputs, path, new):
    changed = copy.deepcopy(outputs)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def compared(path):
    """Tell whether a text in outputs is one that a comparison is to look at."""
    # That a chart is one of ours says nothing of what it shows.
    return "metadata" not in path or (SVG in path and path[-1] != "relief")


PLACES = [
    (number, path)
    for number, outputs in enumerate(REAL)
    for path in texts(outputs)
    if compared(path)
]


def test_there_are_real_outputs_to_change():
    assert len(PLACES) > 2000


@settings(max_examples=400)
@given(st.data(), st.sampled_from(PLACES))
def test_any_changed_number_or_word_of_a_real_output_is_found(data, place):
    number, path = place
    outputs, text = REAL[number], at(REAL[number], path)
    if isinstance(text, int | float):
        new = text + data.draw(st.sampled_from([-1, 0.1, 1, 100]))
    else:
        marked = {spot for tag in SEEN.finditer(text) for spot in range(*tag.span())}
        marked = marked if path[-1] in (HTML, SVG) else set()
        spots = [
            spot
            for pattern in (NUMBER, WORD)
            for spot in pattern.finditer(text)
            if spot.start() not in marked
        ]
        if not spots:
            return
        spot = data.draw(st.sampled_from(spots))
        changed = "9" + spot[0] if spot[0][0].isdigit() else spot[0] + "x"
        new = text[: spot.start()] + changed + text[spot.end() :]
    assert found(outputs, with_changed(outputs, path, new)), (path, text, new)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_noise_in_the_numbers_of_a_real_notebook_is_no_difference(path):
    def noisy(value):
        if isinstance(value, dict):
            return {name: noisy(each) for name, each in value.items()}
        if isinstance(value, list):
            return [noisy(each) for each in value]
        return value * (1 + 1e-13) if isinstance(value, float) else value

    for outputs in real_outputs(path):
        assert not found(outputs, [noisy(each) for each in outputs], images=True)


# ---- What is printed.
@given(
    st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab1\n")), max_size=6),
    st.data(),
)
def test_how_printed_text_is_split_and_interleaved_is_chance(pieces, data):
    joined = {name: "".join(text for kind, text in pieces if kind == name) for name, _ in pieces}
    other = [printed(text, name) for name, text in data.draw(st.permutations([*joined.items()]))]
    assert not found([printed(text, name) for name, text in pieces], other)


def test_what_is_printed_between_displays_is_compared_apart():
    figure = shown({"text/plain": "1"})
    assert not found([printed("a"), figure, printed("b")], [figure, printed("ab")])
    assert found([printed("a"), figure, printed("b")], [figure, printed("ba")])
    assert len(found([printed("a")], [printed("a", "stderr")])) == 2


def test_of_a_progress_bar_only_the_end_counts():
    slow = printed("\r 10%|█ | 1/9\r 50%|█ | 5/9\r100%|██| 9/9 [00:03<00:00, 3.0it/s]\n", "stderr")
    fast = printed("\r100%|██| 9/9 [00:00<00:00, 90it/s]\r\n", "stderr")
    assert not found([slow], [fast])
    assert found([slow], [printed("\r100%|██| 8/8 [00:00<00:00, 90it/s]\n", "stderr")])


# ---- What is displayed.
def test_the_number_and_order_of_displays_count():
    one, other = (shown({"text/plain": text}) for text in "ab")
    assert found([one, other], [other, one])[0].place[0] == "[1]"
    (less,), (more,) = found([one, other], [one]), found([one], [one, other])
    assert (less.old, less.new, less.place) == ("b", NOTHING, ("[2 → 1]",))
    assert (more.old, more.new) == (NOTHING, "b")


def test_a_result_may_be_displayed_instead_but_not_in_another_form():
    result = shown({"text/plain": "1"}, output_type="execute_result", execution_count=3)
    assert not found([result], [shown({"text/plain": "1"})])
    assert found([result], [shown({"text/plain": "2"})])
    plain, rich = shown({"text/plain": "a"}), shown({"text/plain": "a", HTML: "<p>a"})
    (less,), (more,) = found([rich], [plain]), found([plain], [rich])
    assert (less.old, less.new) == (HTML, NOTHING) == (more.new, more.old)
    assert not found([shown({"application/json": None})], [shown({"application/json": None})])


def test_what_stands_in_several_forms_is_told_once():
    old, new = (shown({HTML: f"<p>{n} km", "text/plain": f"{n} km"}) for n in (98, 99))
    (difference,) = found([old], [new])
    assert (difference.table, difference.old, difference.new) == ("text", "98", "99")


def test_an_error_is_compared_by_what_it_says():
    assert not found([failed("a", ["x"])], [failed("a", ["y"])])
    assert found([failed("a")], [failed("b")])
    (difference,) = found([failed("a 1")], [shown({"text/plain": "fine"})])
    assert (difference.old, difference.new) == ("ValueError: a 1", "fine")


def test_widgets_are_left_out_but_not_their_text():
    def widget(model, text):
        kind = "application/vnd.jupyter.widget-view+json"
        return [shown({kind: {"model_id": model}, "text/plain": text})]

    assert not found(widget("a", "IntSlider(value=1)"), widget("b", "IntSlider(value=1)"))
    assert found(widget("a", "IntSlider(value=1)"), widget("a", "IntSlider(value=2)"))


# ---- Tables and prose of HTML.
UNITS = ["塔城市", "额敏县", "乌苏市", "沙湾市"]


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


FRAMES = {"plain": plain, "levels": levels, "empty": pd.DataFrame}
FRAMES["no rows"] = lambda: pd.DataFrame({"a": []})


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_a_frame_is_the_same_as_itself_whatever_its_looks(make):
    page = make()._repr_html_()
    assert not pages(page, page.replace('border="1"', 'border="0" style="color:red"'))
    one, other = (make().style.to_html() for _ in range(2))
    assert one != other
    assert not pages(one, other)


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_changed_cell_is_found_at_its_row_and_column(row, column):
    for make in (plain, levels):
        new = make()
        new.iloc[row, column] = {2: pd.Timestamp("2025-01-31 08:15"), 3: "ab"[row % 2 - 1]}.get(
            column if make is plain else None, 77
        )
        (difference,) = pages(make()._repr_html_(), new._repr_html_())
        row_name, column_name = (
            np.atleast_1d(heads[at])[-1]
            for heads, at in ((make().index, row), (make().columns, column))
        )
        assert row_name in difference.place[1]
        assert difference.place[2].startswith(column_name)


CHANGES = {
    "rows in another order": lambda frame: frame.iloc[[1, 0, 2, 3]],
    "columns in another order": lambda frame: frame.iloc[:, [1, 0, 2, 3]],
    "a row less": lambda frame: frame.iloc[[0, 2, 3]],
    "a column less": lambda frame: frame.iloc[:, [0, 2, 3]],
    "a row twice": lambda frame: frame.iloc[[0, 1, 1, 2, 3]],
    "another name of a row": lambda frame: frame.rename({"额敏县": "额敏", "y": "z"}),
    "another name of a column": lambda frame: frame.rename(columns={"ratio": "rate", "u": "w"}),
    "another name of the rows": lambda frame: frame.rename_axis(["new"] * frame.index.nlevels),
    "heads moved": lambda frame: frame.set_axis([*frame.index[1:], frame.index[0]]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("make", [plain, levels])
def test_other_heads_or_another_order_are_found(make, change):
    wide = Tolerance(relative=100, absolute=100)
    assert pages(make()._repr_html_(), change(make())._repr_html_(), wide)


def test_a_figure_in_a_caption_is_told_and_not_every_cell_under_it():
    page = "<table><caption>Need, {} km</caption><tr><th>a</th><td>1.5</td></tr></table>"
    (difference,) = pages(page.format(98), page.format(99))
    assert (difference.old, difference.new) == ("98", "99")


def test_the_row_that_is_gone_is_told():
    gone = pages(plain()._repr_html_(), plain().drop("额敏县")._repr_html_())
    assert {each.place[1] for each in gone} == {"额敏县"}
    assert {each.new for each in gone} == {NOTHING}


def test_a_table_within_a_cell_has_its_own_places():
    inner = "<table><tr><th>p</th></tr><tr><td>{}</td></tr></table>"
    outer = "<table><tr><th>r</th><td>" + inner + "</td><td>{}</td></tr></table>"
    changed = {each.place for each in pages(outer.format(1, 3), outer.format(2, 4))}
    assert ("table 1", "r", "#3") in changed
    assert any(place[0] == "table 2" for place in changed)


@given(st.integers(0, 3), st.integers(1, 10**6))
def test_a_changed_cell_of_a_table_of_ours_is_found(row, persons):
    columns = {"unit": Column("县市"), "persons": Column("人数", "persons")}

    def page(number):
        rows = [
            [unit, 2000 * place + (number if place == row else 0)]
            for place, unit in enumerate(UNITS)
        ]
        frame = pd.DataFrame(rows, columns=list(columns))
        return table(frame, columns, caption="人数表")._repr_html_()

    (difference,) = pages(page(0), page(persons))
    assert (difference.table[:3], difference.place[1]) == ("人数表", UNITS[row])
    assert difference.place[2].startswith("人数")


SAID = [
    ('<a href="a.html">x</a>', '<a href="b.html">x</a>'),
    ('<img alt="98 persons">', '<img alt="99 persons">'),
    ("<p>a <b>98</b>%</p>", "<p>a <b>99</b>%</p>"),
    ("<p>a</p><p>b</p>", "<p>a b</p>"),
    ("<li>a<li>b", "<li>b<li>a"),
    ("<svg><text>a</text></svg>", "<svg><text>b</text></svg>"),
    ("<table><caption>a</caption></table>", "<table><caption>b</caption></table>"),
    ("<td>08:15:00</td>", "<td>08:15:01</td>"),
]
UNSAID = [
    ('<use href="#m1"/>', '<use href="#m2"/>'),
    ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,BBBB">'),
    ("<style>a{}</style>x", "<style>b{}</style>x"),
    ("<!-- a -->x", "<!-- b -->x"),
    ("<p class='a'>a <b>b</b></p>", "<div>a&nbsp;<i>b</i>\n</div>"),
    ("<p>/home/ann/a.csv</p>", "<p>/home/li/a.csv</p>"),
]


@pytest.mark.parametrize(("old", "new"), SAID)
def test_what_is_said_counts(old, new):
    assert pages(f"<table><tr>{old}</table>" if "<td" in old else old, new)


@pytest.mark.parametrize(("old", "new"), UNSAID)
def test_what_is_not_said_does_not_count(old, new):
    assert not pages(old, new)


@given(st.text(alphabet="<>/ab=\"'& tdrh!-"))
def test_any_markup_can_be_read(markup):
    assert not pages(f"{markup}<p>98</p>", f"{markup}<p>98 </p>")


# ---- Pictures.
def chart(picture="<svg><text>a</text></svg>", **said):
    table = {"rows": [{"name": "a", "value": 1}]}
    return [shown({SVG: picture}, {SVG: {"title": "a", "alt": "a", "table": table, **said}})]


@pytest.mark.parametrize("name", ["title", "alt", "source", "table"])
def test_what_a_chart_tells_of_itself_counts(name):
    other = {"rows": [{"name": "a", "value": 2}]} if name == "table" else "b"
    assert found(chart(source="a"), chart(**{"source": "a", name: other}))


def test_how_a_chart_looks_counts_where_it_is_asked_for():
    red, blue = (chart(f'<svg><g fill="{colour}"/></svg>') for colour in ("red", "blue"))
    assert not found(red, blue)
    assert len(found(red, blue, images=True)) == 1


def figure(values=(3, 5, 2), colour="tab:blue", width=4, label="persons 98"):
    made = Figure(figsize=(width, 3))
    axes = made.subplots()
    axes.bar(["a", "b", "c"], values, color=colour)
    axes.set_title(label, family="DejaVu Sans")
    return made


def saved(made, kind):
    """Return a figure as an analyst's cell shows it, with no data beside it."""
    file = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        made.savefig(file, format=kind)
    picture = file.getvalue()
    return [
        shown(
            {SVG: picture.decode()} if kind == "svg" else {PNG: base64.b64encode(picture).decode()}
        )
    ]


OTHER = {
    "a colour": {"colour": "tab:orange"},
    "a value": {"values": (3, 5, 2.1)},
    "a bar less": {"values": (3, 5, 0)},
    "a label": {"label": ""},
    "a width": {"width": 4.2},
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_figure_without_data_is_compared_as_it_is_drawn(kind, change):
    assert not found(saved(figure(), kind), saved(figure(), kind))
    assert len(found(saved(figure(), kind), saved(figure(**change), kind))) == 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 255))
def test_pixels_differ_by_the_root_of_the_mean_square(seed, most):
    chance = np.random.default_rng(seed)
    old = chance.integers(0, 256, (5, 4, 4))
    new = np.clip(old + chance.integers(-most, most + 1, old.shape), 0, 255)
    rms = np.sqrt(np.mean(np.square(old - new)))
    one, other = ([shown({PNG: pixels(each)})] for each in (old, new))
    for sides in ((one, other), (other, one)):
        assert not found(*sides, Tolerance(image=float(rms) * (1 + 1e-9)))
        assert rms == 0 or found(*sides, Tolerance(image=float(rms) * (1 - 1e-9)))


def test_another_size_and_what_is_no_picture_are_told():
    small, large = (shown({PNG: pixels(np.zeros(size))}) for size in ((2, 3), (3, 3)))
    (difference,) = found([small], [large])
    assert (difference.old, difference.new) == ("3 × 2", "3 × 3")
    for broken in (
        "",
        "§",
        base64.b64encode(b"no picture").decode(),
        pixels(np.zeros((9, 9)))[:60],
    ):
        assert len(found([small], [shown({PNG: broken})])) == 1
        assert not found([shown({PNG: broken})], [shown({PNG: broken})])


SEEN_IN_DRAWING = [
    ('<path d="M0 1" fill="#ff0000"/>', '<path d="M0 1" fill="#ff0001"/>'),
    ('<path style="fill: #f00; stroke-width: 1"/>', '<path style="fill: #f00; stroke-width: 2"/>'),
    ('<path d="M0 1"/>', '<path d="M0 1.02"/>'),
    ('<path d="M0 1"/>', '<path d="L0 1"/>'),
    ("<text>0.280</text>", "<text>0.285</text>"),
    ('<g aria-label="0.280"/>', '<g aria-label="0.285"/>'),
    ("<g/>", "<g/><g/>"),
    ('<path d="M0 1"/>', '<path d="M0 1" opacity="0.5"/>'),
    ('<g id="a"/><g id="b"/><use href="#a"/>', '<g id="a"/><g id="b"/><use href="#b"/>'),
]
UNSEEN_IN_DRAWING = [
    ('<path d="M0 1"/>', '<path d="M0.001 1.001"/>'),
    ('<path style="fill: #f00; line: 1"/>', '<path style="fill: #f00; line: 1.0"/>'),
    ('<g id="a"/><use href="#a"/>', '<g id="m1f"/><use href="#m1f"/>'),
    ('<g id="a"/><g clip-path="url(#a)"/>', '<g id="z"/><g clip-path="url(#z)"/>'),
    ("<text>at 08:15:00</text>", "<text>at 09:15:00</text>"),
    ("<style>@font-face{src:url(data:a/b;c=)}</style>", "<style>@font-face{}</style>"),
    ("<metadata>2024-01-31</metadata>", "<metadata>2025-01-31</metadata>"),
    ('<g fill="red" stroke="none"/>', '<g stroke="none" fill="red"/>'),
]


@pytest.mark.parametrize(("old", "new"), SEEN_IN_DRAWING)
def test_what_is_seen_in_a_drawing_counts(old, new):
    assert len(pages(f"<svg>{old}</svg>", f"<svg>{new}</svg>", kind=SVG)) == 1


@pytest.mark.parametrize(("old", "new"), UNSEEN_IN_DRAWING)
def test_what_is_not_seen_in_a_drawing_does_not_count(old, new):
    assert not pages(f"<svg>{old}</svg>", f"<svg>{new}</svg>", kind=SVG)
