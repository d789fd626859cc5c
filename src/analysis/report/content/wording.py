"""Names and amounts as they stand in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.case import Case
from analysis.errors import ReliefError
from analysis.report import formats
from analysis.words import catalogue

NAMED_AT_MOST = 5
# Decimals of a projected amount in 万元: one hundred yuan is as near as a projection comes.
MOST_DIGITS = 2


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
    >>> listed(list("ABCDEFG"), "en")
    'A, B, C, D, E and others (7 units)'
    """
    words = catalogue(lang)
    if len(names) > NAMED_AT_MOST:
        few = words("share.name_join").join(names[:NAMED_AT_MOST])
        return words("share.names_more", names=few, count=f"{len(names):,}")
    if len(names) < 2:
        return "".join(names)
    start = words("share.name_join").join(names[:-1])
    return f"{start}{words('share.name_last_join')}{names[-1]}"


def sentences(texts: Iterable[str], lang: str) -> str:
    """Set sentences one after the other.

    Examples
    --------
    >>> sentences(["It rains.", "It pours."], "en"), sentences(["下雨。", "很大。"], "zh")
    ('It rains. It pours.', '下雨。很大。')
    """
    return ("" if lang == "zh" else " ").join(texts)


def money(amount_wan: float, case: Case, lang: str, digits: int | None = None) -> str:
    """Write an amount in 万元 for a sentence."""
    return formats.number(amount_wan, "wan", lang, case.currency, digits)


def problem(error: ReliefError, lang: str) -> str:
    """Return what an error says in a language."""
    return error.zh if lang == "zh" else error.en


def rough_money(amount_wan: float, case: Case, lang: str, *beside: float) -> str:
    """Write a projected amount in 万元, as near as those that stand beside it in the sentence."""
    return money(amount_wan, case, lang, rough_digits(amount_wan, *beside))


def rough_digits(*amounts: float) -> int:
    """Return the decimals of projected amounts that are read side by side.

    The largest decides: it shows three digits, or its whole 万元 where these are more. One more is
    given, up to two decimals, as long as amounts that differ would print alike, or one that is not
    0 would print as 0.

    Examples
    --------
    >>> rough_digits(101.4), rough_digits(99.5), rough_digits(3.26)
    (0, 1, 2)
    >>> rough_digits(250.4, 250.1), rough_digits(250.4, 0.3)
    (1, 1)
    """
    found = [abs(amount) for amount in amounts if math.isfinite(amount)]
    largest = max(found, default=0.0)
    digits = 0 if largest >= 100 else 1 if largest >= 10 else MOST_DIGITS
    while digits < MOST_DIGITS and _blurred(found, digits):
        digits += 1
    return digits


def _blurred(amounts: list[float], digits: int) -> bool:
    told = set(amounts) | {0.0}
    return len({round(amount, digits) for amount in told}) < len(told)


def per_person_digits(amount: float) -> int:
    """Return the decimals of an amount per person, which may be a few 分 or thousands of yuan."""
    return 0 if amount >= 100 else 1 if amount >= 10 else 2
