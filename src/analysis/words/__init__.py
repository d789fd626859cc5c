"""Every text a reader sees, in Chinese and English, one catalogue a language.

A catalogue is the folder ``words/<lang>/``; each TOML file in it is a section, each entry a
text with ``{named}`` places for values. Both languages hold the same keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from analysis.errors import ReliefError, UsageError

LANGUAGES = ("zh", "en")
Refusal = TypeVar("Refusal", bound=ReliefError)


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language; call it with ``section.key`` and the values to fill in."""

    lang: str
    texts: dict[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text under ``key`` with ``values`` filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such key, or the text needs a value not given.
        """
        return self.texts[key].format(**values)


@cache
def catalogue(lang: str) -> Catalogue:
    """Return the texts of ``lang``, ``zh`` or ``en``.

    Raises
    ------
    UsageError
        If there is no catalogue for ``lang``.

    Examples
    --------
    >>> catalogue("en")("term.need_share")
    'need share'
    """
    if lang not in LANGUAGES:
        raise refusal(UsageError, "refusal.language", lang=lang, known=listed(LANGUAGES))
    texts: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath(lang).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            section = file.name.removesuffix(".toml")
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
            texts.update({f"{section}.{key}": text for key, text in entries.items()})
    return Catalogue(lang, texts)


@dataclass(frozen=True)
class ByLanguage:
    """A text that the data itself gives in both languages."""

    zh: str
    en: str


def listed(words: Iterable[object]) -> ByLanguage:
    """Return words in a row, as a refusal says what there is to choose from.

    Examples
    --------
    >>> listed(["zh", "en"]).en, listed([]).zh
    ('zh, en', '无')
    """
    texts = [str(word) for word in words]
    if not texts:
        return in_both("check.list_none")
    return ByLanguage(*(catalogue(lang)("check.list_join").join(texts) for lang in LANGUAGES))


def in_both(key: str, /, **values: object) -> ByLanguage:
    """Return a text in both languages.

    A `ByLanguage` or a `ReliefError` among the values says its part in each.
    """
    own = ByLanguage | ReliefError
    texts = []
    for lang in LANGUAGES:
        said = {n: getattr(v, lang) if isinstance(v, own) else v for n, v in values.items()}
        texts.append(catalogue(lang)(key, **said))
    return ByLanguage(*texts)


def side_by_side(key: str, /, **values: object) -> str:
    """Return a text in Chinese and then in English, on one line."""
    both = in_both(key, **values)
    return f"{both.zh} {both.en}"


def refusal(kind: type[Refusal], key: str, /, **values: object) -> Refusal:
    """Return an error that says a text in both languages.

    Parameters
    ----------
    kind : type
        Of `analysis.errors`, taking the text in Chinese and in English.
    key : str
        ``section.name``, written out, so that a search for it finds it.
    values
        As in `in_both`.

    Examples
    --------
    >>> print(refusal(UsageError, "refusal.negative", name="沙湾市", value=-1))
    沙湾市：-1 为负。须不小于 0。
    沙湾市: -1 is negative. Give at least 0.
    """
    both = in_both(key, **values)
    return kind(both.zh, both.en)
