"""How the pages of a batch refer to each other; needs little, so that it loads at once."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from analysis.words import LANGUAGES


def other_language(html: Path, lang: str, *, planned: bool = False) -> str:
    """Return the link to the same report in the other language, or ``''`` where there is none.

    Parameters
    ----------
    html : Path
        The page; only a name such as ``NAME.zh.html`` tells what the other one is called.
    lang : str
        The page's language.
    planned : bool
        Whether the other one is made in the same batch: else it must be there already.
    """
    ending = f".{lang}.html"
    if not html.name.endswith(ending):
        return ""
    other = next(each for each in LANGUAGES if each != lang)
    name = html.name.removesuffix(ending) + f".{other}.html"
    return quote(name) if planned or html.with_name(name).is_file() else ""
