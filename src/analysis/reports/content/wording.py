"""Names and amounts as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.case import Case
from analysis.reports import formats
from analysis.words import catalogue

NAMED_AT_MOST = 5


def unit_names(case: Case, lang: str) -> pd.Series:
    """Return each unit's name in a language, index unit_code."""
    return case.units[f"name_{lang}"]


def group_name(group: str, lang: str) -> str:
    """Return a need group's name in a language; a case's own group is called as it is."""
    return catalogue(lang).texts.get(f"group.{group}", group)


def listed(names: Sequence[str], lang: str) -> str:
    """Join names as a sentence does, the first few of many.

    Examples
    --------
    >>> listed(["Emin", "Toli", "Yumin"], "en")
    'Emin, Toli and Yumin'
    >>> listed(["额敏县", "托里县"], "zh")
    '额敏县、托里县'
    """
    words = catalogue(lang)
    if len(names) > NAMED_AT_MOST:
        few = words("share.name_join").join(names[:NAMED_AT_MOST])
        return words("share.names_more", names=few, count=len(names))
    if len(names) < 2:
        return "".join(names)
    start = words("share.name_join").join(names[:-1])
    return f"{start}{words('share.name_last_join')}{names[-1]}"


def money(amount_wan: float, case: Case, lang: str, digits: int | None = None) -> str:
    """Write an amount in 万元 for a sentence."""
    figure, unit = formats.parts(amount_wan, "wan", lang, case.currency, digits)
    return f"{figure} {unit}".strip()
