"""Write the table of measures in ``docs/methods.md`` from the registry of measures.

Run as ``python tools/methods.py`` after a change of `analysis.inequality.MEASURES`.
"""

from __future__ import annotations

import re
from math import inf
from pathlib import Path

from analysis.inequality import MEASURES

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"
START, END = "<!-- measures -->", "<!-- /measures -->"


def table() -> str:
    """Return the registered measures as a table in Markdown."""
    rows = ["| measure | formula | range | zeros | source |", "|---|---|---|---|---|"]
    for each in MEASURES.values():
        values = f"{each.least:g} to {'∞' if each.most == inf else f'{each.most:g}'}"
        cells = [each.label["en"], each.formula, values, each.zeros, each.source]
        # A bar within a cell would end it.
        rows.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(rows)


def with_table(text: str) -> str:
    """Return the page with the table between its marks as it has to be."""
    between = re.compile(f"(?<={re.escape(START)}\n).*?(?=\n{re.escape(END)})", re.DOTALL)
    return between.sub(lambda _: table(), text)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
