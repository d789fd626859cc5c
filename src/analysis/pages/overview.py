"""Who gets more, who less, and how long does it last? The first screen over all units."""

from __future__ import annotations

import pandas as pd

from analysis.statuses import status_of
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, say


def overview_answer(money: pd.Series, shared: Answer, used: Answer) -> Answer:
    """Let the shares answer, and say after them what becomes of the money.

    Parameters
    ----------
    money : Series, index unit_code, 万元
    shared : Answer
        Of `analysis.pages.share.share_answer`.
    used : Answer
        Of `analysis.pages.depletion.stock_answer`: its first sentence opens the remarks, its first
        figure stands beside the total and the first figure of `shared`.
    """
    total = Figure(float(money.sum()), "wan")
    first = KeyFigure("total", say("share.total"), total, status_of(money))
    beside = [figure for figure in shared.figures if figure.key != "total"]
    becomes = [figure for figure in used.figures if figure.value != total]
    return Answer(
        shared.sentences,
        [first, *beside[:1], *becomes[:1], *beside[1:], *becomes[1:]],
        [*used.sentences[:1], *shared.notes, *used.sentences[1:], *used.notes],
        [*shared.rests_on, *used.rests_on],
    )
