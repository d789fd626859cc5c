"""The pages in a real browser: no request, no script error, nothing cut, the font in use."""

import nbformat
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from recorded import empty_page
from sample_report import code, make_notebook, make_page, shown

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_opens_quietly_and_fits_the_screen(view, pages, lang, width):
    page = view(pages[lang], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]
    assert page.evaluate("document.querySelector('.relief-chart svg').clientWidth") > 0
    assert page.locator("main h1").count() == 1


def test_the_first_screen_shows_answer_key_figures_and_banner(view, pages):
    page = view(pages["zh"])
    for selector in (".relief-answer", ".relief-keys", ".relief-banner"):
        box = page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 900


PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+F"
    "AAhKDveksOjmAAAAAElFTkSuQmCC"
)
WIDE = "<table>" + "<tr>" + "<td>a rather long cell</td>" * 30 + "</tr></table>"
GIANT = '<svg viewBox="0 0 9 9" width="5000" height="90"><path d="M0 0h9v9z"/></svg>'
OWN = [
    {"image/png": PNG},
    {"image/svg+xml": GIANT},
    {"text/html": WIDE},
    {"text/html": "<style>#T_x{margin:-900px;transform:scale(99)}</style><p id=T_x>x</p>"},
    {"text/plain": "x" * 400},
    {"text/markdown": "| a | b |\n|---|---|\n| 1 | 2 |"},
    {"application/vnd.plotly.v1+json": {}},
]


@pytest.fixture(scope="module")
def added():
    """A page with what an analyst may show."""
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in OWN]
    links = {"front": ("首页", "../index.html"), "next": ("额敏县", "b.html")}
    return make_page(make_notebook(extra=map(code, outputs)), links=links)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_an_analyst_added_stays_in_its_place(view, added, width, scheme):
    page = view(added, width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.relief-added img').naturalWidth") == 10
    for place in page.locator(".relief-added").all():
        assert place.bounding_box()["x"] >= 0
        assert place.locator("figcaption").is_visible()
    assert page.locator(".relief-added").count() == len(OWN) - 1
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert [rule["id"] for rule in found.response["violations"]] == []


def test_code_is_folded_and_unfolds_without_a_script(view, added):
    page = view(added)
    code = page.locator(".relief-code pre").first
    assert not code.is_visible()
    page.locator(".relief-code summary").first.click()
    assert code.is_visible()


def test_a_phone_tells_that_a_chart_and_a_table_scroll(view):
    page = view(make_page(), 390)
    cue = "selector => getComputedStyle(document.querySelector(selector), '::after').position"
    assert page.evaluate(cue, ".relief-drawn") == "sticky"
    shade = "getComputedStyle(document.querySelector('.relief-scroll')).backgroundAttachment"
    assert "local" in page.evaluate(shade)


def test_findings_are_cards_on_a_phone(view):
    frame = pd.DataFrame({"name": ["很长的说明" * 12] * 2, "amount_wan": [1.0] * 2})
    table = empty_page().table(frame, "findings", status="official")
    page = view(make_page(make_notebook(extra=[code(shown(table))])), 390)
    place = "document.querySelector('#table-findings')"
    assert page.evaluate(f"{place}.scrollWidth <= {place}.clientWidth")
    rows = page.locator("#table-findings tbody tr").all()
    assert all(row.bounding_box()["width"] <= 390 for row in rows)


def test_dark_appearance_keeps_charts_on_white(view, pages):
    page = view(pages["zh"], color_scheme="dark")
    colour = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
    assert page.evaluate(colour, "body") != "rgb(255, 255, 255)"
    assert page.evaluate(colour, ".relief-chart svg") == "rgb(255, 255, 255)"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(view, pages):
    page = view(pages["zh"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "relief-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
