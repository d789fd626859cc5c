"""What of a notebook a page shows."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.report.outputs import cells_to_show


def note(text):
    output = new_output("display_data", data={"text/markdown": text, "text/plain": text})
    return new_code_cell("note", outputs=[output])


def shown(*cells):
    found = cells_to_show(new_notebook(cells=list(cells)), "zh")
    return [cell["source"] or cell["outputs"][0]["data"]["text/markdown"] for cell in found]


def test_a_note_is_not_said_twice_in_a_row():
    assert shown(note("没有人口数"), note("没有人口数"), note("没有人口数")) == ["没有人口数"]


def test_another_note_or_a_heading_between_keeps_both():
    assert shown(note("甲"), note("乙"), note("甲")) == ["甲", "乙", "甲"]
    assert shown(note("甲"), new_markdown_cell("## 题"), note("甲")) == ["甲", "## 题", "甲"]
