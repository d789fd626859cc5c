"""Every page that the product ships, in a real browser: quiet, whole, and open to everyone.

The six notebooks in both languages, a unit report of a county and of an institution, two reports
of a case from elsewhere, and the pages that list them all and explain their terms.
"""

import json
import re
import unicodedata
from functools import partial
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Viewer
from cases import CALIFORNIA, SHIPPED
from paper import sheets

from analysis.batch.limits import Limits
from analysis.batch.run import BatchOptions, BatchRequest, run_batch
from analysis.report.pdf import print_page

pytestmark = pytest.mark.browser

COUNTY, INSTITUTION, CITY = "654202", "654200-children-home", "06-city-of-los-angeles"
WHOLE = (
    "01_check_data",
    "02_share_and_need",
    "03_stock_depletion",
    "05_allocation_scenarios",
    "overview_report",
)
BATCHES = (
    (SHIPPED, (*WHOLE, "unit_report"), (COUNTY, INSTITUTION)),
    (CALIFORNIA, ("overview_report", "unit_report"), (CITY,)),
)
REPORTS = [
    f"{case.name}/{name}.{lang}"
    for case, notebooks, units in BATCHES
    for name in (*(set(notebooks) & set(WHOLE)), *(f"unit_report.{unit}" for unit in units))
    for lang in ("zh", "en")
]
PAGES = [*sorted(REPORTS), "index", "glossary"]
# One of each kind, for what takes long.
KINDS = [name for name in PAGES if name.endswith((".zh", "index")) and "us-era1" not in name]
WIDE, NARROW = 1280, 390
MOST_BYTES = 400_000
# What an A4 sheet leaves within its margins, at 96 pixels an inch.
SHEET_WIDTH, SHEET_HEIGHT = (round(mm / 25.4 * 96) for mm in (210 - 32, 297 - 35))
ELSEWHERE = re.compile(
    r"""(?:\b(?:src|srcset|href|action|formaction|poster|data|cite)\s*=|url\()\s*["']?\s*(?:https?:)?//"""
)


@pytest.fixture(scope="session")
def folder(chromium, tmp_path_factory):
    """All pages, made as `relief batch` makes them."""
    out = tmp_path_factory.mktemp("real") / "reports"
    for case, notebooks, units in BATCHES:
        asked = BatchRequest(str(case), out, notebooks, ",".join(units))
        assert run_batch(asked, BatchOptions(workers=2, limits=Limits()))
    return out


@pytest.fixture(scope="module", params=PAGES)
def opened(request, folder, browser):
    """A page, opened once for all that is asked of it."""
    viewer = Viewer(browser, folder)
    page = viewer(folder / f"{request.param}.html")
    page.trouble, page.name = viewer.trouble, request.param
    page.html = (folder / f"{request.param}.html").read_text(encoding="utf-8")
    yield page
    viewer.close()


@pytest.fixture
def page(opened):
    """The opened page on a wide screen, in light colours."""
    opened.set_viewport_size({"width": WIDE, "height": 900})
    opened.emulate_media(media="screen", color_scheme="light")
    return opened


def violations(page, **options):
    # A chart is one image, whose words its alt text tells.
    context = {"exclude": ["svg > *"]}
    found = Axe().run(page, context, {"resultTypes": ["violations"], **options})
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def test_nothing_of_the_page_is_elsewhere(page):
    assert ELSEWHERE.findall(page.html) == []
    assert ELSEWHERE.findall(unquote(page.html)) == []


def test_a_policy_forbids_all_that_the_page_does_not_need(page):
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none';")
    assert page.evaluate("document.scripts.length") == (page.name == "index")


def test_the_page_is_small(page):
    assert len(page.html.encode()) <= MOST_BYTES


def test_headings_make_an_outline(page):
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(head => +head.tagName[1])"
    )
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_each_language_is_named(page):
    lang = page.evaluate("document.documentElement.lang")
    assert lang == ("en" if page.name.endswith(".en") else "zh-CN")
    if page.name.endswith((".zh", ".en")):
        link = page.locator(".relief-switch")
        assert link.get_attribute("lang") == {"en": "zh-CN", "zh-CN": "en"}[lang]
        assert link.get_attribute("hreflang") == link.get_attribute("lang")


def test_links_within_the_page_lead_somewhere(page):
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(link => decodeURI(link.hash))"
        ".filter(hash => !document.getElementById(hash.slice(1)))"
    )
    assert lost == []


def test_links_to_other_pages_and_files_lead_to_some(page, folder):
    place = (folder / f"{page.name}.html").parent
    hrefs = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
    beside = {href.partition("#")[0] for href in hrefs if not href.startswith(("#", "data:"))}
    assert beside
    assert [href for href in beside if not (place / unquote(href)).is_file()] == []
    if page.name != "index":
        assert any((place / href).resolve() == folder / "index.html" for href in beside)


def test_a_unit_report_is_at_most_eight_screens(page):
    if "unit_report" not in page.name:
        pytest.skip("no unit report")
    page.set_viewport_size({"width": WIDE, "height": 800})
    assert page.evaluate("document.documentElement.scrollHeight") <= 8 * 800


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_does_not_scroll_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


STOPS = """() => {
  const shown = element => element.checkVisibility({visibilityProperty: true});
  const scrolls = element =>
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
    && element.scrollWidth > element.clientWidth + 1;
  const takes = element => element.tabIndex >= 0 || scrolls(element);
  const names = new Map();
  for (const element of document.body.querySelectorAll('*'))
    if (shown(element) && takes(element))
      names.set(element, `${names.size} ${element.outerHTML.slice(0, 90)}`);
  window.stops = [];
  document.addEventListener('focusin', ({target}) => {
    const style = getComputedStyle(target);
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    const name = names.get(target) ?? target.outerHTML.slice(0, 90);
    window.stops.push(name + (seen ? "" : " UNSEEN"));
  });
  return [...names.values()];
}"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_tab_key_reaches_everything_in_order_and_shows_where_it_is(page, width):
    if page.name not in KINDS:
        pytest.skip("the other language of a page that is tried")
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    expected = page.evaluate(STOPS)
    for _ in expected:
        page.keyboard.press("Tab")
    assert page.evaluate("window.stops") == expected
    last = "document.activeElement.outerHTML"
    before = page.evaluate(last)
    page.keyboard.press("Tab")
    assert page.evaluate(last) != before
    page.keyboard.press("Shift+Tab")


def test_charts_are_whole_on_paper_and_navigation_is_left_out(page):
    page.set_viewport_size({"width": SHEET_WIDTH, "height": SHEET_HEIGHT})
    page.emulate_media(media="print")
    for chart in page.locator(".relief-chart svg").all():
        assert chart.evaluate("chart => getComputedStyle(chart).breakInside") == "avoid"
        assert chart.bounding_box()["height"] < SHEET_HEIGHT
    for hidden in page.locator("nav, .relief-skip, .relief-switch, #tools").all():
        assert not hidden.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET_WIDTH


@pytest.mark.parametrize("name", ["overview_report.zh", f"unit_report.{COUNTY}.en"])
def test_a_report_is_printed_on_numbered_sheets_with_its_answer_first(folder, chromium, name):
    path = folder / SHIPPED.name / f"{name}.html"
    answer = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["answer"]
    texts = sheets(print_page(path.read_bytes(), Path(chromium)))
    assert flat(answer) in flat(texts[0])
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text


def flat(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_axe_finds_no_barrier(page):
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = partial(violations, page)
    assert found() == []
    if page.name in KINDS:
        page.emulate_media(color_scheme="dark")
        assert found(runOnly=["color-contrast"]) == []
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROW, "height": 900})
        assert found() == []


def test_all_the_while_the_page_was_quiet(page):
    assert page.trouble == []
