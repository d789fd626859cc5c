"""What a page brings along: its font, cut to what it shows, and files as addresses."""

from urllib.parse import unquote

import pytest

from analysis.errors import ReportError
from analysis.report.assets import FONT_PLACE, data_address, finish, visible_text
from analysis.report.clean import image


@pytest.mark.parametrize("text", ["100 % #1", "a,\"b\"\r\n'<c>'&d", "塔城\t>"])
def test_a_file_survives_its_address(text):
    kind, _, content = data_address("text/csv", text).partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert not set('<>"\n#') & set(content)
    assert unquote(content.replace("&amp;", "&")) == text


def test_the_words_of_a_chart_are_in_the_font_of_its_page():
    page = f"{FONT_PLACE}</style>{image('<svg><text>塔城 &lt;</text></svg>', '图')}"
    assert visible_text(page) == "塔城 <"
    assert finish(page, "x") == finish(page.replace("塔城", "城塔"), "x").replace("城塔", "塔城")
    assert finish(page, "x") != finish(page.replace("塔城", "塔塔"), "x").replace("塔塔", "塔城")
    with pytest.raises(ReportError, match="U\\+1F600"):
        finish(page.replace("塔城", "😀"), "x")
    assert "😀" in finish(page.replace("塔城", "😀"), "x", tolerated="😀")
