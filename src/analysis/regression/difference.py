"""One difference between what a notebook shows and what it showed when it was accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.words import catalogue

# What a place is made of: a kind that `words` names, and its value.
Place = tuple[tuple[str, str], ...]
LONGEST = 160


@dataclass(frozen=True)
class Difference:
    """Where two outputs differ, and how.

    Parameters
    ----------
    kind : str
        ``number``, ``text``, ``shape`` (what is missing or too much) or ``picture``.
    old, new : str
        As a reader sees them.
    place : tuple of (kind, value)
        From the output inward, such as ``(("table", "1"), ("row", "额敏县"))``.
    allowed : str
        What would have been accepted; empty where nothing else would.
    values : tuple of float, optional
        Old and new of a number.
    """

    kind: str
    old: str
    new: str
    place: Place = ()
    allowed: str = ""
    values: tuple[float, float] | None = None

    def within(self, *place: tuple[str, str]) -> Difference:
        """Return it with a place further out."""
        return replace(self, place=(*place, *self.place))

    def where(self, lang: str) -> str:
        """Return the place in words.

        Examples
        --------
        >>> Difference("number", "1", "2", (("row", "额敏县"), ("column", "ratio"))).where("en")
        "row '额敏县', column 'ratio'"
        """
        words = catalogue(lang)
        told = [words(f"regression.at_{kind}", value=at) for kind, at in self.place]
        return ("，" if lang == "zh" else ", ").join(told)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line and not too long to read."""
    line = " ⏎ ".join(text.strip("\n").splitlines())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
