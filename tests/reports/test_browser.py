"""The pages in a real browser: no request, no script error, nothing cut, the font in use."""

import pytest
from sample_report import HOSTILE, code, displayed, entries, make_notebook, make_page, prose

from analysis.reports.index import index_page

pytestmark = pytest.mark.browser


@pytest.fixture
def view(browser, tmp_path):
    """Open HTML as a file; whatever it asks of the network or says on the console is trouble."""
    trouble = []
    contexts = []

    def check(route):
        if route.request.url.startswith(("file:", "data:")):
            route.continue_()
        else:
            trouble.append(route.request.url)
            route.abort()

    def opened(html, width=1280, **options):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", check)
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


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


def test_the_index_can_be_searched_and_sorted(view):
    page = view(index_page(entries()))
    rows = page.locator("tbody tr:visible")
    assert rows.count() == 4
    page.locator("#search").fill("wusu")
    assert rows.count() == 1
    page.locator("#search").fill("")
    table = page.locator("table").nth(1)
    heads = table.locator("th button")
    heads.first.click()
    heads.first.click()
    assert table.locator("tbody th").first.inner_text().startswith("额敏县")
    assert table.locator("th[aria-sort=descending]").count() == 1


def test_the_index_works_without_a_script(view):
    page = view(index_page(entries()), java_script_enabled=False)
    assert page.locator("tbody tr").count() == 4
    assert not page.locator("#search").is_visible()
