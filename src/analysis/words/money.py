"""What amounts of money are counted in, on pages, in workbooks and on the axes of charts."""

from __future__ import annotations

from typing import NamedTuple

from analysis.words import catalogue

# Amounts are kept in 10,000 of the currency, which no reader of English counts dollars in.
_OF_A_WAN = {("en", "USD"): 10_000}


class MoneyUnit(NamedTuple):
    """The unit that a language counts a currency in.

    Attributes
    ----------
    name : str
        As it stands in a table's header and on an axis.
    in_a_wan : int
        How many of it make 10,000 of the currency: 1 where it is counted in ten thousands.
    """

    name: str
    in_a_wan: int


def money_unit(lang: str, currency: str) -> MoneyUnit:
    """Return what amounts of a currency are counted in.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    currency : str
        ``CNY`` or ``USD``.

    Raises
    ------
    KeyError
        If the catalogue has no name for the currency.

    Examples
    --------
    >>> money_unit("zh", "USD")
    MoneyUnit(name='万美元', in_a_wan=1)
    >>> money_unit("en", "CNY"), money_unit("en", "USD")
    (MoneyUnit(name='10,000 yuan', in_a_wan=1), MoneyUnit(name='dollars', in_a_wan=10000))
    """
    many = _OF_A_WAN.get((lang, currency), 1)
    return MoneyUnit(catalogue(lang)(f"unit.{'wan' if many == 1 else 'one'}_{currency}"), many)
