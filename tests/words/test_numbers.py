"""Figures as a reader writes them: read back, they are the number that went in."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ReportError
from analysis.words import numbers as formats

FINITE = st.floats(-1e9, 1e9)


def read(text):
    return Decimal(text.replace(",", "").replace("−", "-"))


@given(FINITE, st.integers(0, 4))
def test_a_figure_read_back_is_the_value_to_its_digits(value, digits):
    text = formats.figure(value, "persons", digits)
    assert abs(read(text) - Decimal(value)) <= Decimal(1).scaleb(-digits) / 2
    assert "-" not in text
    assert not (text.startswith("−") and read(text) == 0)


@given(st.floats(0, 1))
def test_a_share_is_shown_in_percent(value):
    shown = read(formats.figure(value, "percent", 1))
    assert abs(shown - Decimal(value * 100)) <= Decimal("0.05")


@given(st.floats(-1e6, 1e6), st.sampled_from(["CNY", "USD"]))
def test_english_and_chinese_say_the_same_amount(value, currency):
    zh, _ = formats.parts(value, "wan", "zh", currency)
    en, _ = formats.parts(value, "wan", "en", currency)
    assert read(zh) * 10_000 == read(en)


@pytest.mark.parametrize("unit", formats.UNITS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_unit_can_be_written_whatever_the_value(unit, lang):
    for value in (0, 1, 0.4, -3.25, math.nan, math.inf, -math.inf, None):
        text = formats.number(value, unit, lang)
        assert text
        assert "nan" not in text
        assert "inf" not in text
    assert isinstance(formats.unit_name(unit, lang), str)


def test_one_of_a_thing_is_singular_in_english():
    assert formats.number(1, "months", "en") == "1 month"
    assert formats.number(2, "months", "en") == "2 months"
    assert formats.number(1, "persons", "en") == "1 person"


def test_an_interval_names_its_unit_once_and_keeps_minus_signs_apart():
    assert formats.interval(-11.3, 3.2, "wan", "en") == "−113,000 to 32,000 yuan"
    assert formats.interval(4.5, math.inf, "months", "zh") == "4.5–∞ 个月"


@pytest.mark.parametrize(
    ("start", "t", "zh", "en"),
    [
        ("2024-01", 1, "2024年1月", "January 2024"),
        ("2024-01", 12, "2024年12月", "December 2024"),
        ("2023-11", 3, "2024年1月", "January 2024"),
        ("2021-01", 24, "2022年12月", "December 2022"),
    ],
)
def test_months_run_over_the_year_end(start, t, zh, en):
    assert formats.month_name(start, t, "zh") == zh
    assert formats.month_name(start, t, "en") == en


@pytest.mark.parametrize("start", ["2024", "2024-13", "2024-00", "January", ""])
def test_a_start_that_is_no_month_is_refused(start):
    with pytest.raises(ReportError, match="no month"):
        formats.month_name(start, 1, "zh")


def test_an_unknown_unit_or_currency_is_refused():
    with pytest.raises(ReportError, match="no unit 'kg'"):
        formats.known_unit("kg")
    with pytest.raises(ReportError, match="'EUR' has no name"):
        formats.number(1, "wan", "zh", "EUR")


@given(st.floats(-1e6, 1e6), st.integers(0, 2))
def test_dollars_in_an_english_table_are_those_of_the_sentence(value, digits):
    said, name = formats.parts(value, "wan", "en", "USD", digits)
    assert formats.cell(value, "wan", "en", "USD", digits) == said
    assert formats.unit_name("wan", "en", "USD") == "dollars"
    assert name in ("dollars", "dollar")


@given(st.floats(-1e6, 1e6), st.integers(0, 2), st.sampled_from(["CNY", "USD"]))
def test_a_table_shows_the_value_to_its_digits_in_its_unit(value, digits, currency):
    for lang in ("zh", "en"):
        shown = formats.shown_value(value, "wan", lang, currency)
        many = 10_000 if (lang, currency) == ("en", "USD") else 1
        assert shown == pytest.approx(value * many, rel=1e-11)
        written = read(formats.cell(value, "wan", lang, currency, digits))
        step = Decimal(1).scaleb(-digits) * many
        assert abs(written - Decimal(value) * many) <= step / 2 * (1 + Decimal("1e-9"))
