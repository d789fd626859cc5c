"""The first screen of a page, in no language: answer, key figures, and what to know before use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.words.sentence import Figure, Sentence


@dataclass(frozen=True)
class KeyFigure:
    """One of at most three figures of a first screen.

    Parameters
    ----------
    key : str
        Its name in the results file: letters, digits, ``_``, ``.`` and ``-``.
    label : Sentence
        What it is.
    value : Figure or Sentence
        The figure, or a finding that is no number, such as the name of a month.
    status : str or None
        One of `analysis.statuses.STATUSES`; None for a count that says nothing of the money,
        such as that of findings: it has no badge.
    low, high : float, optional
        Ends of its interval, both or neither.
    verdict : str, optional
        What is concluded of a ratio: ``below``, ``even`` or ``above`` 1, or ``undecided``.
    """

    key: str
    label: Sentence
    value: Figure | Sentence
    status: str | None
    low: float | None = None
    high: float | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a page answers.

    Parameters
    ----------
    sentences : sequence of Sentence
        One or two.
    figures : sequence of KeyFigure
        At most three are shown; the results file has them all.
    notes : sequence of Sentence
        Further findings and what to know before using the figures, each once.
    rests_on : sequence of str or None
        Statuses of the figures that the sentences speak of.
    """

    sentences: Sequence[Sentence]
    figures: Sequence[KeyFigure] = ()
    notes: Sequence[Sentence] = ()
    rests_on: Sequence[str | None] = ()

    def and_so(self, figures: Sequence[KeyFigure] = (), notes: Sequence[Sentence] = ()) -> Answer:
        """Return the answer with more figures and remarks after its own."""
        return replace(self, figures=[*self.figures, *figures], notes=[*self.notes, *notes])
