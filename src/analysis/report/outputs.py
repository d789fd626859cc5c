"""What of an executed notebook a reader gets to see, and in which form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.errors import ReportError
from analysis.report.display import BANNER_END, BANNER_START, OURS
from analysis.report.results import MIME
from analysis.words import LANGUAGES

HIDDEN_TAGS = {"parameters", "injected-parameters"}
SVG, HTML, MARKDOWN, TEXT = "image/svg+xml", "text/html", "text/markdown", "text/plain"
_STYLE = re.compile(r' style="[^"]*"')


def cells_to_show(notebook: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """Select the cells of one language, and of each output the one form a page may show.

    Charts come as SVG with their alt text; HTML only where a `Table` or `Headline` made it,
    since that escapes every text; Markdown and plain text for the rest.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    lang : str
        ``zh`` or ``en``: cells tagged ``lang-`` another language are left out.

    Returns
    -------
    list of dict
        Notebook cells without code; each output has one MIME type.

    Raises
    ------
    ReportError
        If a cell failed, or shows something that a page cannot take, such as a PNG.
    """
    foreign = {f"lang-{other}" for other in LANGUAGES if other != lang}
    kept: list[dict[str, Any]] = []
    for number, cell in enumerate(notebook["cells"], 1):
        tags = set(cell.get("metadata", {}).get("tags", ()))
        _refuse_error(cell, number)
        if tags & (foreign | HIDDEN_TAGS) or cell["cell_type"] not in ("code", "markdown"):
            continue
        shown = {
            "id": f"cell-{number}",
            "cell_type": cell["cell_type"],
            "metadata": {},
            "source": "",
        }
        if cell["cell_type"] == "markdown":
            shown["source"] = cell["source"]
        else:
            outputs = (_output(output, number) for output in cell.get("outputs", ()))
            shown["outputs"] = [output for output in outputs if output]
            if _says_it_again(shown, kept):
                continue
        kept.append(shown)
    return kept


def _says_it_again(cell: Mapping[str, Any], before: list[dict[str, Any]]) -> bool:
    """Tell whether a cell shows just the note that the cell before it shows."""
    notes = [output["data"].get(MARKDOWN) for output in cell["outputs"]]
    return bool(notes and before and all(notes) and cell["outputs"] == before[-1].get("outputs"))


def without_styles(html: str) -> str:
    """Leave out the styles that serve JupyterLab; a page has a style sheet of its own."""
    return _STYLE.sub("", html)


def with_banner(html: str, banner: str) -> str:
    """Put the finished report's banner where a headline showed the one it knew of."""
    start, end = re.escape(BANNER_START), re.escape(BANNER_END)
    return re.sub(f"{start}.*?{end}", lambda _: banner, html, flags=re.DOTALL)


def _refuse_error(cell: Mapping[str, Any], number: int) -> None:
    for output in cell.get("outputs", ()):
        if output["output_type"] == "error":
            what = f"{output.get('ename', '')}: {output.get('evalue', '')}"
            raise ReportError(
                f"第 {number} 个单元出错，报告没有生成：{what}",
                f"Cell {number} failed, so there is no report: {what}",
            )


def _output(output: Mapping[str, Any], number: int) -> dict[str, Any] | None:
    if output["output_type"] == "stream":
        return _shown(TEXT, output["text"]) if output["name"] == "stdout" else None
    data, notes = output.get("data", {}), output.get("metadata", {})
    if MIME in data or not data:
        return None
    if SVG in data:
        chart = notes.get(SVG, {})
        if not chart.get("alt"):
            raise ReportError(
                f"第 {number} 个单元的图没有替代文字。请用 analysis.figures 的图，"
                "或在输出元数据中给出 alt。",
                f"The chart of cell {number} has no alt text. Use a chart of analysis.figures, "
                "or give alt in the output's metadata.",
            )
        return _shown(SVG, data[SVG], chart)
    if HTML in data and OURS in notes.get(HTML, {}):
        return _shown(HTML, without_styles(data[HTML]))
    unknown = [mime for mime in data if mime.startswith(("image/", "application/", "video/"))]
    if unknown:
        raise ReportError(
            f"第 {number} 个单元输出了 {unknown[0]}，报告不能收录。图请用 analysis.figures 绘制。",
            f"Cell {number} shows {unknown[0]}, which a report cannot take. "
            "Draw charts with analysis.figures.",
        )
    mime = MARKDOWN if MARKDOWN in data else TEXT
    return _shown(mime, data.get(mime, ""))


def _shown(
    mime: str, content: str | list[str], notes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    text = content if isinstance(content, str) else "".join(content)
    return {
        "output_type": "display_data",
        "data": {mime: text},
        "metadata": {mime: dict(notes)} if notes else {},
    }
