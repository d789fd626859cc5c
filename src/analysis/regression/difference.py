"""One difference between what a notebook shows and what it showed when it was accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace

# What a place is made of: a kind that `words` names, and its value.
Place = tuple[tuple[str, str], ...]
LONGEST = 160
STEP = " › "


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

    def where(self, last: int = 0) -> str:
        """Return the place in no language: the values alone.

        Parameters
        ----------
        last : int
            How many of them, from the inside; 0 for all.

        Examples
        --------
        >>> Difference("number", "1", "2", (("row", "额敏县"), ("column", "万元"))).where()
        '额敏县 › 万元'
        """
        return STEP.join(at for _, at in self.place[-last:])


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line and not too long to read."""
    line = " ⏎ ".join(text.strip("\n").splitlines())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
