"""Lines of text that a notebook shows beside its charts and tables, or in place of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.report.display import OURS, Bundle

# What Markdown, or the mathematics of a notebook, could take for a command within a line.
_MARKS = re.compile(r"[\\`*_\[\]{}<>|~&$#!^@:+=]")
# What would open a list at the start of a line.
_OPENING = re.compile(r"^(\d*)([-.)])")


@dataclass(frozen=True)
class Note:
    r"""A remark in the report's language, and points that belong to it.

    Names of units stand in it as they are: Markdown has no power over them.

    Examples
    --------
    >>> Note("*Toli* [x](y)")._repr_markdown_()
    '\\*Toli\\* \\[x\\](y)'
    """

    text: str
    items: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([*filter(None, [self.text]), *(f"- {item}" for item in self.items)])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        shown = {"text/markdown": self._repr_markdown_(), "text/plain": repr(self)}
        return shown, {"text/markdown": {OURS: "note"}}

    def _repr_markdown_(self) -> str:
        return repr(Note(_literal(self.text), tuple(_literal(item) for item in self.items)))


def _literal(text: str) -> str:
    """Return a text that Markdown shows letter by letter."""
    marked = _MARKS.sub(lambda found: f"\\{found.group()}", " ".join(text.split()))
    return _OPENING.sub(r"\1\\\2", marked)
