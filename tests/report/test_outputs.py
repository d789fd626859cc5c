"""What of a notebook a page shows, and in which form."""

import base64
import json

import pandas as pd
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook, new_output
from recorded import empty_page
from sample_report import (
    SVG,
    chart,
    code,
    displayed,
    make_answer,
    make_results,
    make_table,
    shown,
)

from analysis.report.note import Note
from analysis.report.outputs import material

PNG = base64.b64encode(b"\x89PNG\r\n").decode()
PLOTLY = {"application/vnd.plotly.v1+json": {"data": []}}


def read(*cells, lang="zh"):
    """Return the material of a notebook with these cells."""
    return material(new_notebook(cells=list(cells)), results=make_results(lang).as_json())


def forms(*cells):
    return [(one.kind, one.content) for cell in read(*cells).cells for one in cell.shown]


def test_a_note_is_not_said_twice_in_a_section():
    def said(*texts):
        cells = [
            new_markdown_cell(text) if text[0] == "#" else code(shown(Note(text))) for text in texts
        ]
        return [text for _, text in forms(*cells)]

    assert said("没有", "没有", "没有") == ["没有"]
    assert said("没有", "乙", "没有") == ["没有", "乙"]
    assert said("没有", "## 题", "没有") == ["没有", "## 题", "没有"]


def test_ours_are_not_called_added_and_all_else_is():
    page = empty_page()
    ours = [page.answer(make_answer()), make_table(page), Note("注")]
    cells = [code(shown(thing)) for thing in ours] + [code(chart())]
    assert [one.added for cell in read(*cells).cells for one in cell.shown] == [False] * 4
    assert read(*cells).added == []
    own = [displayed(text_html="<p>x</p>"), displayed(text_plain="x"), displayed(image_svg=SVG)]
    assert [one.added for cell in read(*map(code, own)).cells for one in cell.shown] == [True] * 3


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        ({"image/png": PNG}, "picture", "figure"),
        ({"image/jpeg": PNG}, "picture", "figure"),
        ({"image/gif": PNG}, "picture", "figure"),
        ({"image/svg+xml": SVG, "image/png": PNG}, "html", "figure"),
        ({"image/png": PNG, "text/html": "<table></table>"}, "picture", "figure"),
        ({**PLOTLY, "image/png": PNG, "text/html": "<script>x</script>"}, "picture", "figure"),
        ({"text/html": "<table><tr><td>1</td></tr></table>"}, "html", "table"),
        ({"text/html": "<p>said</p>"}, "html", "text"),
        ({"text/markdown": "*a*"}, "prose", "text"),
        ({"text/latex": r"$\frac{a}{b}$", "text/plain": "Latex"}, "text", "text"),
        ({"application/json": {"a": 1}, "text/plain": "a"}, "text", "text"),
        (PLOTLY, "remark", "interactive"),
        ({**PLOTLY, "text/html": "<div>Loading</div>"}, "remark", "interactive"),
        ({"application/vnd.vegalite.v5+json": {}, "text/plain": "x"}, "remark", "interactive"),
        ({"text/html": "<div id=x></div><script>x</script>"}, "remark", "interactive"),
        ({"text/html": "<iframe src='x'></iframe>", "text/plain": "x"}, "remark", "interactive"),
        ({"application/javascript": "x"}, "remark", "interactive"),
        ({"image/png": '"><script>'}, "remark", "interactive"),
        ({"image/svg+xml": "no picture"}, "remark", "interactive"),
    ],
)
def test_each_output_comes_in_the_best_form_that_needs_no_script(data, kind, told):
    made = read(new_markdown_cell("## 题 ##"), code(new_output("display_data", data=data)))
    (only,) = made.cells[-1].shown
    assert only.kind == kind
    assert made.added == [{"cell": 2, "kind": told, "heading": "题"}]


def test_what_is_not_kept_is_told_in_one_line_in_the_language():
    cell = code(new_output("display_data", data=PLOTLY))
    for lang, word in (("zh", "PNG 或 SVG"), ("en", "PNG or SVG")):
        (line,) = read(cell, lang=lang).cells[0].shown
        assert word in line.content
        assert not line.added


def test_working_cells_parameters_and_the_other_language_show_nothing():
    for tag in ("working", "parameters", "injected-parameters", "lang-en"):
        made = read(code(displayed(text_plain="x"), tags=[tag]))
        assert (made.cells, made.added) == ([], [])


def test_printed_lines_stand_without_colours_and_warnings_are_left_out():
    said = [
        new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\n"),
        new_output("stream", name="stderr", text="warned"),
        new_output("stream", name="stdout", text="\n"),
    ]
    assert forms(code(*said)) == [("text", "red\n")]


@pytest.mark.parametrize(
    "said", ["<Axes: title='x'>", "Text(0.5, 1.0, 'x')", "[<matplotlib.lines.Line2D at 0x7f>]"]
)
def test_what_a_plotting_call_returns_is_left_out_beside_its_figure(said):
    returned = new_output("execute_result", data={"text/plain": said}, execution_count=1)
    drawn = displayed(image_png=PNG)
    assert [kind for kind, _ in forms(code(returned, drawn))] == ["picture"]
    assert forms(code(returned)) == [("text", said)]
    number = new_output("execute_result", data={"text/plain": "3 < 4"}, execution_count=1)
    assert [kind for kind, _ in forms(code(number, drawn))] == ["text", "picture"]


TITLED = SVG.replace("</svg>", "<text>0.0</text><title>我的 &amp; 图</title></svg>")


@pytest.mark.parametrize(
    ("output", "alt"),
    [
        (displayed({"image/png": {"alt": "given"}}, image_png=PNG), "given"),
        (displayed({"alt": "given"}, image_png=PNG), "given"),
        (displayed(image_svg=TITLED), "我的 & 图"),
        (displayed(image_svg=TITLED.replace("title", "g")), "0.0"),
        (displayed(image_svg=SVG), "图：小节"),
        (displayed(image_png=PNG), "图：小节"),
    ],
)
def test_a_missing_alternative_text_is_found_and_told(output, alt):
    made = read(new_markdown_cell("# 题\n\n文\n\n### 小节"), code(output))
    only = made.cells[-1].shown[0]
    assert only.alt == alt or f'aria-label="{alt.replace("&", "&amp;")}"' in only.content
    given = alt == "given"
    assert len(made.warnings) == (0 if given else 1)
    assert given or ("第 2 个单元" in made.warnings[0] and alt in made.warnings[0])
    assert read(code(displayed(image_png=PNG))).cells[0].shown[0].alt == "图"


def test_a_frame_and_a_styler_keep_what_they_say():
    frame = pd.DataFrame({"v": [1.5, 2.0]}, index=["塔城市", "<b>"])
    styler = frame.style.map(lambda value: "color:red;position:fixed" if value > 1.8 else "")
    for html, word in ((frame._repr_html_(), "&lt;b&gt;"), (styler._repr_html_(), "color:red")):
        ((kind, content),) = forms(code(displayed(text_html=html)))
        assert kind == "html"
        assert "塔城市" in content
        assert word in content
        assert "position" not in content
    # A styler's id is drawn by lot: the page has one of its own.
    twice = {
        forms(code(displayed(text_html=styler._repr_html_())))[0][1]
        for styler in (frame.style.set_uuid("a1b2c"), frame.style.set_uuid("d3e4f"))
    }
    assert len(twice) == 1


def test_forged_marks_gain_nothing():
    forged = (
        '<b class="relief-x" onclick="x()" style="position:fixed" id="main">x</b><script>1</script>'
    )
    output = displayed({"text/html": {"relief": "table"}}, text_html=forged)
    assert forms(code(output)) == [("html", '<b class="relief-x">x</b>')]
    about = {"relief": "chart", "alt": "x", "table": json.loads('{"columns": 3}')}
    output = displayed({"image/svg+xml": about}, image_svg="<svg><script>1</script></svg>")
    ((kind, content),) = forms(code(output))
    assert (kind, content) == ("html", '<svg role="img" aria-label="x"></svg>')
