"""Names and amounts as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.case import Case
from analysis.errors import ReliefError
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


def rough_money(amount_wan: float, case: Case, lang: str) -> str:
    """Write a projected amount in 万元: whole where there are ten or more of them."""
    return money(amount_wan, case, lang, rough_digits(amount_wan))


def rough_digits(amount: float) -> int:
    """Return the decimals that leave a projected amount about two digits to be read.

    Examples
    --------
    >>> rough_digits(101.4), rough_digits(3.26), rough_digits(0.04)
    (0, 1, 2)
    """
    return 0 if amount >= 10 else 1 if amount >= 1 else 2


def per_person_digits(amount: float) -> int:
    """Return the decimals of an amount per person, which may be a few 分 or thousands of yuan."""
    return 0 if amount >= 100 else 1 if amount >= 10 else 2
