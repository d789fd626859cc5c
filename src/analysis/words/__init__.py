"""Every text a reader sees, in Chinese and English, one catalogue a language.

A catalogue is the folder ``words/<lang>/``; each TOML file in it is a section, each entry a
text with ``{named}`` places for values. Both languages hold the same keys.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analysis.errors import UsageError

LANGUAGES = ("zh", "en")


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
        raise UsageError(
            f"没有语言“{lang}”。可用：{'、'.join(LANGUAGES)}。",
            f"There is no language {lang!r}. Choose one of: {', '.join(LANGUAGES)}.",
        )
    texts: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath(lang).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            section = file.name.removesuffix(".toml")
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
            texts.update({f"{section}.{key}": text for key, text in entries.items()})
    return Catalogue(lang, texts)
