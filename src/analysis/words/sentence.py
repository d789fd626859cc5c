"""Sentences in no language, and the writer that puts them into one.

What computes says *what* is to be said: the key of a template and the values in it. Only a `Writer`
knows the language, the currency and the names of units, so that a sentence is made of the figures
themselves and never of text that somebody wrote before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.statuses import NOT_STATED
from analysis.words import ByLanguage as ByLanguage
from analysis.words import catalogue, numbers


@dataclass(frozen=True)
class Sentence:
    """A template and its values; make one by `say`."""

    key: str
    places: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A figure with its unit, as it stands in a sentence.

    Parameters
    ----------
    value : float
        A part of 1 where `unit` is ``percent`` or ``odds``.
    unit : str
        One of `analysis.words.numbers.UNITS`.
    digits : int, optional
        Decimals; by default what is usual for the unit.
    """

    value: float
    unit: str
    digits: int | None = None


@dataclass(frozen=True)
class Interval:
    """Two ends of a figure; the fields are those of `Figure`."""

    low: float
    high: float
    unit: str
    digits: int | None = None


@dataclass(frozen=True)
class Units:
    """Units by their codes: named where they are few, else the first ones and how many."""

    codes: Sequence[str]
    at_most: int = 5


@dataclass(frozen=True)
class Month:
    """Month `t` of the case, 1 for its first."""

    t: int


@dataclass(frozen=True)
class Word:
    """A word of the catalogue, such as ``status.estimate``; `otherwise` where it has none."""

    key: str
    otherwise: str | None = None


@dataclass(frozen=True)
class Listed:
    """Things of any kind here, in a row: "A, B and C"."""

    items: Sequence[object]


def say(key: str, /, **values: object) -> Sentence:
    """Return a sentence: a template of the catalogue, and what stands in its places.

    Parameters
    ----------
    key : str
        ``section.name`` of `analysis.words`, written out, so that a search for it finds it.
    values
        `Figure`, `Interval`, `Units`, `Month`, `Word`, `ByLanguage`, `Listed`, another
        `Sentence`, a whole number, or text that is the same in every language.

    Examples
    --------
    >>> sentence = say("share.apart", units=Units(["a"]), amount=Figure(32, "wan"))
    >>> Writer("en", names=pd.Series({"a": "the Institution"}))(sentence)
    'Not compared, without a count of people in need: the Institution (320,000 yuan).'
    """
    return Sentence(key, values)


def status_word(status: str | None) -> Word:
    """Return what a status is called; without one, that it is not stated."""
    return Word(f"status.{status or NOT_STATED}")


def group_word(group: str) -> Word:
    """Return the name of a need group; a case's own group is called as it is."""
    return Word(f"group.{group}", otherwise=group)


@dataclass(frozen=True, eq=False)
class Writer:
    """Writes sentences, figures and names in one language.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    currency : str
        ``CNY`` or ``USD``.
    names : Series, index unit_code
        Each unit's name in the language.
    start : str
        Month 1 of the case, such as ``2024-01``.
    """

    lang: str
    currency: str = "CNY"
    names: pd.Series = field(default_factory=lambda: pd.Series(dtype=object))
    start: str = "2024-01"

    def __call__(self, said: Sentence | str, /, **values: object) -> str:
        """Return a sentence, or a template by its key, as text."""
        if isinstance(said, Sentence):
            return self(said.key, **{**said.places, **values})
        text = catalogue(self.lang)(said, **{name: self.text(v) for name, v in values.items()})
        return text[:1].upper() + text[1:] if self.lang == "en" and text.endswith(".") else text

    def text(self, value: object) -> str:
        """Return a value as it stands in a sentence.

        Raises
        ------
        TypeError
            If it is of no kind that `say` takes: a bare float has no unit.
        """
        if isinstance(value, Sentence):
            return self(value)
        if isinstance(value, Figure):
            return self.figure(value.value, value.unit, value.digits)
        if isinstance(value, Interval):
            return numbers.interval(
                value.low, value.high, value.unit, self.lang, self.currency, value.digits
            )
        if isinstance(value, Units):
            return self.listed([self.name(code) for code in value.codes], value.at_most)
        if isinstance(value, Listed):
            return self.listed([self.text(item) for item in value.items], len(value.items))
        if isinstance(value, Month):
            return numbers.month_name(self.start, value.t, self.lang)
        if isinstance(value, Word):
            text = catalogue(self.lang).texts.get(value.key, value.otherwise)
            return catalogue(self.lang)(value.key) if text is None else text
        if isinstance(value, ByLanguage):
            return value.zh if self.lang == "zh" else value.en
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        raise TypeError(f"{value!r} has no unit: give a sentence a Figure")

    def figure(self, value: float, unit: str, digits: int | None = None) -> str:
        """Return a figure with its unit."""
        return numbers.number(value, unit, self.lang, self.currency, digits)

    def name(self, code: str) -> str:
        """Return a unit's name, or its code where it has none."""
        name = self.names.get(code)
        return name if isinstance(name, str) and name.strip() else str(code)

    def listed(self, names: Sequence[str], at_most: int = 5) -> str:
        """Join names as a sentence does, the first few of many.

        Examples
        --------
        >>> Writer("en").listed(["Emin", "Toli", "Yumin"]), Writer("zh").listed(["额敏", "托里"])
        ('Emin, Toli and Yumin', '额敏、托里')
        >>> Writer("en").listed(list("ABCDEFG"))
        'A, B, C, D, E and others (7 units)'
        """
        words = catalogue(self.lang)
        join = words("list.join")
        if len(names) > at_most:
            return words("list.more", names=join.join(names[:at_most]), count=f"{len(names):,}")
        if len(names) < 2:
            return "".join(names)
        return words("list.last", names=join.join(names[:-1]), last=names[-1])

    def paragraph(self, said: Iterable[Sentence]) -> str:
        """Return sentences one after the other."""
        return ("" if self.lang == "zh" else " ").join(self(each) for each in said)
