"""Counties and institutions: which of them a code, a name or an alias stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# A unit's code, its names in Chinese and English, and its aliases.
Called = tuple[str, str, str, tuple[str, ...]]


def called(units: pd.DataFrame) -> list[Called]:
    """Return what each unit of a table is called.

    Parameters
    ----------
    units : DataFrame, index unit_code
        ``name_zh``, ``name_en`` and ``aliases`` (a tuple of str a unit).
    """
    columns = (units["name_zh"], units["name_en"], units["aliases"])
    return [
        (str(code), str(zh), str(en), tuple(aliases))
        for code, zh, en, aliases in zip(units.index, *columns, strict=True)
    ]


def unit_names(units: Iterable[Called]) -> dict[str, list[str]]:
    """Return every code, name and alias with the codes of the units that it stands for.

    One code each, unless two units are called by one name.
    """
    names: dict[str, list[str]] = {}
    for code, name_zh, name_en, aliases in units:
        for name in dict.fromkeys(_plain(each) for each in (code, name_zh, name_en, *aliases)):
            names.setdefault(name, []).append(code)
    return names


def resolver(units: Iterable[Called]) -> Callable[[str], str | None]:
    """Return a function that gives the code of the one unit a word stands for, or None.

    Parameters
    ----------
    units : iterable of Called
        Of `called`.

    Returns
    -------
    function of str
        Takes a code, name or alias; spaces around it and the case of Latin letters do not
        matter. None when no unit, or more than one, goes by it.

    Examples
    --------
    >>> code_of = resolver([("654203", "沙湾市", "Shawan City", ("沙湾县", "654223"))])
    >>> code_of("沙湾县"), code_of("shawan city"), code_of("塔城市")
    ('654203', '654203', None)
    """
    names = unit_names(units)

    def code_of(word: str) -> str | None:
        codes = names.get(_plain(word), [])
        return codes[0] if len(codes) == 1 else None

    return code_of


def _plain(name: object) -> str:
    return str(name).strip().casefold()
