"""Numbers, intervals and months as a reader of the language writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from analysis.errors import ReportError
from analysis.words import catalogue, listed, refusal

UNITS = (
    "wan",
    "one",
    "persons",
    "households",
    "months",
    "days",
    "percent",
    "odds",
    "ratio",
    "month",
    "count",
    "plain",
)
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EM DASH}"
# Units whose values are parts of 1, shown in per cent.
PARTS_OF_ONE = ("percent", "odds")
# Amounts are kept in 10,000 of the currency, which no reader of English counts dollars in.
_OF_A_WAN = {("en", "USD"): 10_000}
_DIGITS = {"percent": 1, "months": 1, "ratio": 2, "wan": 1, "days": 1}


def known_unit(unit: object) -> str:
    """Return `unit` if figures can be given in it, else refuse it.

    Raises
    ------
    ReportError
        If `unit` is not one of `UNITS`.
    """
    if isinstance(unit, str) and unit in UNITS:
        return unit
    raise refusal(ReportError, "refusal.unit", unit=unit, known=listed(UNITS))


def default_digits(unit: str, values: Iterable[float]) -> int:
    """Return how many decimals figures of a unit are shown with.

    Money in 万元, months and days are shown whole where every value is whole.

    Examples
    --------
    >>> default_digits("wan", [67.0, 98.0]), default_digits("wan", [67.0, 98.5])
    (0, 1)
    """
    if unit in ("wan", "months", "days") and all(
        float(value).is_integer() for value in values if math.isfinite(value)
    ):
        return 0
    return _DIGITS.get(unit, 0)


def figure(value: float | None, unit: str, digits: int) -> str:
    """Write the bare figure, without its unit, as it stands in a table cell.

    Parameters
    ----------
    value : float or None
        A part of 1 where `unit` is ``percent`` or ``odds``.
    unit : str
        One of `UNITS`.
    digits : int
        Decimals; a ``plain`` figure has as many as it needs, up to six.

    Examples
    --------
    >>> figure(-1234.5, "persons", 1), figure(0.1622, "percent", 1), figure(None, "wan", 0)
    ('−1,234.5', '16.2', '—')
    >>> figure(5847.0, "plain", 0), figure(0.0176, "plain", 0)
    ('5,847', '0.0176')
    >>> figure(0.98, "odds", 0), figure(1.0, "odds", 0)
    ('98', '>99')
    """
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if unit == "plain":
        return f"{value:,.6f}".rstrip("0").rstrip(".").replace("-", MINUS)
    if unit == "odds" and not 0.005 <= value < 0.995:
        # Odds come from simulated paths: none of them makes anything certain.
        return "<1" if value < 0.5 else ">99"
    text = f"{value * 100 if unit in PARTS_OF_ONE else value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def in_a_wan(lang: str, currency: str) -> int:
    """Return how many of the unit that a language counts a currency in make 10,000 of it.

    Examples
    --------
    >>> in_a_wan("zh", "USD"), in_a_wan("en", "USD")
    (1, 10000)
    """
    return _OF_A_WAN.get((lang, currency), 1)


def unit_name(unit: str, lang: str, currency: str = "CNY") -> str:
    """Return a unit's name as it stands in a table header; empty for ratios and counts.

    Examples
    --------
    >>> unit_name("wan", "zh"), unit_name("wan", "en"), unit_name("ratio", "en")
    ('万元', '10,000 yuan', '')
    >>> unit_name("wan", "zh", "USD"), unit_name("wan", "en", "USD")
    ('万美元', 'dollars')
    """
    words = catalogue(lang)
    if unit in ("ratio", "count", "plain"):
        return ""
    if unit == "month":
        return words("report.unit_month")
    whole = "one" if unit == "wan" and in_a_wan(lang, currency) > 1 else unit
    return words(f"unit.{_word(whole, currency, lang)}")


def shown_value(
    value: float | None, unit: str | None, lang: str, currency: str = "CNY"
) -> float | None:
    """Return a value in what `unit_name` names: shares in per cent, dollars in English one by one.

    Examples
    --------
    >>> shown_value(0.1622, "percent", "zh"), shown_value(413, "wan", "zh")
    (16.22, 413)
    >>> shown_value(3251.5, "wan", "en", "USD")
    32515000.0
    """
    many = 1
    if unit in PARTS_OF_ONE:
        many = 100
    elif unit == "wan":
        many = in_a_wan(lang, currency)
    return value if value is None or many == 1 else float(f"{value * many:.12g}")


def shown_digits(digits: int, unit: str | None, lang: str, currency: str = "CNY") -> int:
    """Return the decimals of a value as `shown_value` returns it.

    Examples
    --------
    >>> shown_digits(1, "wan", "zh", "USD"), shown_digits(1, "wan", "en", "USD")
    (1, 0)
    """
    many = in_a_wan(lang, currency) if unit == "wan" else 1
    return max(0, digits - (len(str(many)) - 1))


def cell(value: float | None, unit: str, lang: str, currency: str = "CNY", digits: int = 0) -> str:
    """Write the bare figure as it stands under a header with `unit_name`.

    It is rounded as in a sentence: `digits` are those of the unit that figures are kept in.

    Examples
    --------
    >>> cell(3251.5432, "wan", "zh", "USD", 1), cell(3251.5432, "wan", "en", "USD", 1)
    ('3,251.5', '32,515,000')
    """
    if unit != "wan" or value is None or not math.isfinite(value):
        return figure(value, unit, digits)
    shown = shown_value(round(value, digits), unit, lang, currency)
    return figure(shown, "one", shown_digits(digits, unit, lang, currency))


def parts(
    value: float | None, unit: str, lang: str, currency: str = "CNY", digits: int | None = None
) -> tuple[str, str]:
    """Split a figure for a sentence into the figure and its unit's name.

    English readers do not count in ten thousands: there, 万元 become yuan, rounded where the
    Chinese figure is rounded.

    Examples
    --------
    >>> parts(413, "wan", "zh"), parts(413, "wan", "en")
    (('413', '万元'), ('4,130,000', 'yuan'))
    """
    words = catalogue(lang)
    if value is None or not math.isfinite(value):
        return figure(value, unit, 0), ""
    places = default_digits(unit, [value]) if digits is None else digits
    if digits is None and unit == "wan" and 0 < abs(value) < 0.05:
        # A little money is not none: it is told to the yuan.
        places = min(4, -math.floor(math.log10(abs(value))))
    if digits is None and unit == "percent" and 0 < abs(value) < 0.0005:
        places = min(6, 1 - math.floor(math.log10(abs(value) * 100)))
    if unit == "month":
        return words("report.nth_month", value=figure(value, unit, places)), ""
    if unit == "wan" and lang == "en":
        value, unit = round(value, places) * 10_000, "one"
        places = max(0, places - 4)
    text = figure(value, unit, places)
    word = _word(unit, currency, lang)
    if unit in ("ratio", "count", "plain"):
        return text, ""
    if text == "1" and f"report.singular_{word}" in words.texts:
        return text, words(f"report.singular_{word}")
    return text, words(f"unit.{word}")


def number(
    value: float | None, unit: str, lang: str, currency: str = "CNY", digits: int | None = None
) -> str:
    """Write a figure with its unit, for a sentence.

    Parameters
    ----------
    value : float or None
        In `unit`; a part of 1 where that is ``percent`` or ``odds``.
    unit : str
        One of `UNITS`: ``wan`` is 10,000 and ``one`` a single unit of `currency`.
    lang : str
        ``zh`` or ``en``.
    currency : str
        ``CNY`` or ``USD``.
    digits : int, optional
        Decimals; by default what is usual for the unit.

    Examples
    --------
    >>> number(413, "wan", "zh"), number(413, "wan", "en"), number(0.1622, "percent", "zh")
    ('413 万元', '4,130,000 yuan', '16.2%')
    >>> number(1, "months", "en"), number(5.08, "months", "zh")
    ('1 month', '5.1 个月')
    """
    text, name = parts(value, unit, lang, currency, digits)
    return f"{text}{name}" if unit in PARTS_OF_ONE or not name else f"{text} {name}"


def interval(
    low: float,
    high: float,
    unit: str,
    lang: str,
    currency: str = "CNY",
    digits: int | None = None,
) -> str:
    """Write an interval with its unit once.

    Examples
    --------
    >>> interval(0.102, 0.123, "percent", "en"), interval(308, 616, "wan", "zh")
    ('10.2%–12.3%', '308–616 万元')
    >>> interval(4.5, float("inf"), "months", "en")
    '4.5–∞ months'
    """
    places = default_digits(unit, [low, high]) if digits is None else digits
    if unit in (*PARTS_OF_ONE, "month"):
        ends = [number(end, unit, lang, currency, places) for end in (low, high)]
        return "–".join(ends)
    ends = [parts(end, unit, lang, currency, places)[0] for end in (low, high)]
    finite_end = high if math.isfinite(high) else low
    name = parts(finite_end, unit, lang, currency, places)[1]
    dash = " to " if lang == "en" and MINUS in "".join(ends) else "–"
    return f"{dash.join(ends)} {name}".rstrip()


def month_name(start: str, t: int, lang: str) -> str:
    """Name the month number `t` of a plan that starts in `start`.

    Parameters
    ----------
    start : str
        Month 1, as ``2024-01``.
    t : int
        Month number, at least 1.
    lang : str
        ``zh`` or ``en``.

    Raises
    ------
    ReportError
        If `start` is no month.

    Examples
    --------
    >>> month_name("2024-01", 7, "zh"), month_name("2023-11", 3, "en")
    ('2024年7月', 'January 2024')
    """
    year, dash, month = start.partition("-")
    if not (dash and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        raise refusal(ReportError, "refusal.start", start=start)
    months = int(year) * 12 + int(month) - 1 + int(t) - 1
    words = catalogue(lang)
    name = words(f"report.month_{months % 12 + 1}")
    return words("report.month_name", year=months // 12, month=name)


def _word(unit: str, currency: str, lang: str) -> str:
    if unit not in ("wan", "one"):
        return unit
    word = f"{unit}_{currency}"
    if f"unit.{word}" not in catalogue(lang).texts:
        raise refusal(ReportError, "refusal.currency", currency=currency, word=word)
    return word
