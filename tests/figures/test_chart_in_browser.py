"""Charts in a real browser: words where they were measured, on a page and as pictures alike."""

import base64
import re
from io import BytesIO

import figure_samples
import numpy as np
import pytest
import test_stock_charts
from PIL import Image

from analysis.figures.frame import inline
from analysis.fonts import width
from analysis.report.assets import FONT_PLACE, TEMPLATES, finish, image

pytestmark = pytest.mark.browser
CHARTS = [(figure_samples, "dumbbell"), (figure_samples, "tiles"), (figure_samples, "lorenz"),
          (test_stock_charts, "path"), (test_stock_charts, "tornado")]  # fmt: skip
# Chromium keeps places in 64ths of a pixel, and rounds where a line starts and where it ends.
WITHIN = 2 / 64
MEASURED = """() => [...document.querySelectorAll("svg text")].map(text => [
    text.textContent.replaceAll("\\u00a0", " "),
    Number(text.closest("[font-size]").getAttribute("font-size")),
    text.getComputedTextLength(),
])"""
# What an element around a chart may say of its words.
LOUD = (
    "font:italic 900 30px/3 monospace;letter-spacing:3px;word-spacing:9px;color:red;"
    "text-transform:uppercase;text-indent:2em;font-variant:small-caps;text-anchor:end;"
    "white-space:normal;font-stretch:condensed;fill:red;stroke:red;opacity:1;font-kerning:normal;"
    "dominant-baseline:hanging;font-size-adjust:0.9;text-shadow:0 0 9px red;cursor:wait"
)


def charts(lang, most=None):
    return [module.draw(name, 7, lang) for module, name in CHARTS[:most]]


def page_of(*shown, lang="zh", style=""):
    css = (TEMPLATES / "page" / "relief.css").read_text(encoding="utf-8")
    figures = "".join(f'<figure class="relief-chart">{chart}</figure>' for chart in shown)
    html = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="color-scheme" content="light dark"><title>x</title>{FONT_PLACE}{css}</style>'
        f'</head><body><main style="{style}">{figures}</main></body></html>'
    )
    return finish(html, "x")


@pytest.fixture
def view(browser):
    contexts = []

    def opened(html, **options):
        contexts.append(browser.new_context(viewport={"width": 800, "height": 700}, **options))
        page = contexts[-1].new_page()
        page.set_content(html)
        page.evaluate("document.fonts.ready")
        return page

    yield opened
    for context in contexts:
        context.close()


def pixels(page, selector):
    taken = page.locator(selector).first.screenshot()
    return np.asarray(Image.open(BytesIO(taken)).convert("RGB")).astype(int)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("sharpness", [1, 1.5, 2])
def test_every_text_is_as_long_as_it_was_measured(view, lang, sharpness):
    drawn = charts(lang)
    page = view(
        page_of(*(image(chart.svg, chart.alt) for chart in drawn), lang=lang),
        device_scale_factor=sharpness,
    )
    found = page.evaluate(MEASURED)
    assert len(found) > 100
    for words, size, length in found:
        assert length == pytest.approx(width(words) * size, abs=WITHIN), words


def picture(svg):
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" alt="">'


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_as_a_picture_a_chart_looks_as_on_a_page(view, lang):
    for chart in charts(lang, most=2):
        apart = pixels(view(page_of(picture(chart.svg), lang=lang)), "img")
        within = pixels(view(page_of(image(chart.svg, chart.alt), lang=lang)), "svg")
        bare = re.sub("<style>.*</style>", "", chart.svg)
        without_font = pixels(view(page_of(picture(bare), lang=lang)), "img")
        # A picture is stretched to whole pixels, which moves edges by parts of one.
        assert apart.shape == within.shape
        off, lost = (np.abs(apart - other).mean() for other in (within, without_font))
        assert off < lost / 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_neither_the_page_around_a_chart_nor_the_dark_changes_it(view, lang):
    for chart in charts(lang, most=2):
        shown = image(chart.svg, chart.alt)
        plain = pixels(view(page_of(shown, lang=lang)), "svg")
        loud = pixels(view(page_of(shown, lang=lang, style=LOUD)), "svg")
        dark = pixels(view(page_of(shown, lang=lang), color_scheme="dark"), "svg")
        forced = pixels(view(page_of(shown, lang=lang), forced_colors="active"), "svg")
        for other in (loud, dark, forced):
            assert plain.shape == other.shape
            # Its corners are round: there the page is seen.
            assert np.abs(plain - other)[8:-8, 8:-8].max() == 0


def test_in_a_small_chart_words_keep_their_lengths(view):
    (chart, *_) = charts("zh")
    page = view(page_of(f'<div style="width:270px">{image(chart.svg, chart.alt)}</div>'))
    for words, size, length in page.evaluate(MEASURED):
        assert length == pytest.approx(width(words) * size, abs=2 * WITHIN), words


def test_a_screen_reader_hears_one_picture_with_its_label(view):
    (chart, *_) = charts("zh")
    page = view(page_of(image(chart.svg, chart.alt)))
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    heard = [
        (node["role"]["value"], node["name"]["value"])
        for node in tree
        if not node["ignored"] and node["name"]["value"]
    ]
    assert heard == [("RootWebArea", "x"), ("image", chart.alt)]


def test_axe_finds_no_fault_with_a_chart(view):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = view(page_of(*(image(chart.svg, chart.alt) for chart in charts("zh"))))
    found = axe.run(page, context="svg").response
    assert [rule["id"] for rule in found["violations"]] == []
    assert "svg-img-alt" in [rule["id"] for rule in found["passes"]]


def test_words_of_a_chart_can_be_found_and_marked(view):
    (chart, *_) = charts("en")
    page = view(page_of(image(chart.svg, chart.alt), lang="en"))
    assert page.evaluate("words => window.find(words)", chart.title.split()[0])
    page.keyboard.press("Control+A")
    assert chart.title.split()[0] in page.evaluate("getSelection().toString()")


def test_words_of_a_chart_are_words_in_print(view):
    pdfium = pytest.importorskip("pypdfium2")
    drawn = charts("zh")
    page = view(page_of(*(image(chart.svg, chart.alt) for chart in drawn)))
    printed = pdfium.PdfDocument(page.pdf())
    text = "".join(sheet.get_textpage().get_text_range() for sheet in printed)
    for chart in drawn:
        assert chart.title[:8] in text


def test_charts_of_one_page_share_its_one_font():
    html = page_of(*(inline(chart.svg, chart.alt) for chart in charts("zh")))
    assert html.count("@font-face") == 1
