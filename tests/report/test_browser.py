"""The pages in a real browser: no request, no script error, nothing cut, the font in use."""

import pytest
from sample_report import HOSTILE, code, displayed, make_notebook, make_page, prose

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_opens_quietly_and_fits_the_screen(view, pages, lang, width):
    page = view(pages[lang], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]
    assert page.evaluate("document.querySelector('img').naturalWidth") > 0
    assert page.locator("main h1").count() == 1


def test_the_first_screen_shows_answer_key_figures_and_banner(view, pages):
    page = view(pages["zh"])
    for selector in (".relief-answer", ".relief-keys", ".relief-banner"):
        box = page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 900


def test_hostile_texts_do_nothing_in_a_browser(view):
    text = " ".join(HOSTILE)
    extra = [prose(text), prose("[x](javascript:alert(1))"), code(displayed(text_markdown=text))]
    page = view(make_page(make_notebook(text=text, extra=extra), unit_name=text, case_title=text))
    assert page.evaluate("document.scripts.length") == 0


def test_dark_appearance_keeps_charts_on_white(view, pages):
    page = view(pages["zh"], color_scheme="dark")
    colour = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
    assert page.evaluate(colour, "body") != "rgb(255, 255, 255)"
    assert page.evaluate(colour, ".relief-chart img") == "rgb(255, 255, 255)"


def test_print_hides_navigation_and_fits_the_paper(view, pages):
    page = view(pages["zh"], 670)
    page.emulate_media(media="print")
    for selector in (".relief-contents", ".relief-skip"):
        assert not page.locator(selector).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 670
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(view, pages):
    page = view(pages["zh"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "relief-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
