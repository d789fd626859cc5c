"""Weights of measures as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pandas as pd

from analysis.words.sentence import Figure, Listed, Sentence, Word, say

Labels: TypeAlias = Mapping[str, Sentence | Word]

# Weights below this part print as 0.0 %.
_SHOWN = 0.0005


def mix(weights: pd.Series, labels: Labels) -> Listed:
    """Return the weights of measures as they stand in a sentence, the largest first.

    Those that print as 0.0 % are left out.

    Parameters
    ----------
    weights : Series, index measure
        Parts of 1.
    labels : mapping of measure to what it is called

    Examples
    --------
    >>> from analysis.words.sentence import Writer, group_word
    >>> weights = pd.Series({"urban": 0.25, "resident": 0.75})
    >>> Writer("en").text(mix(weights, {name: group_word(name) for name in weights.index}))
    'residents 75% and urban residents 25%'
    """
    ranked = weights.astype(float).sort_values(ascending=False, kind="stable")
    shown = ranked[ranked >= _SHOWN]
    digits = max([0, *(percent_digits(part) for part in shown)])
    return Listed(
        [
            say(
                "scenario_chart.weight",
                name=labels[str(name)],
                part=Figure(float(part), "percent", digits),
            )
            for name, part in shown.items()
        ]
    )


def percent_digits(part: float) -> int:
    """Return 0 for a whole per cent, as settings are, else 1."""
    return int(abs(part * 100 - round(part * 100)) > 1e-9)
