"""The front page in a real browser: found, filtered, sorted, and within reach of every reader."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from sample_report import HOSTILE, UNITS, entries, entry

from analysis.report.glossary import glossary_page
from analysis.report.index import ROWS_AT_FIRST, index_page
from analysis.report.listing import ALL_FILES_UP_TO

pytestmark = pytest.mark.browser
RATIO = {
    "key": "ratio",
    "label": "资金与需求匹配度",
    "value": 0.5,
    "unit": "ratio",
    "status": "estimate",
    "low": None,
    "high": None,
    "digits": None,
}
ODDS = {**RATIO, "key": "odds", "label": "可能性", "unit": "odds", "status": "assumption"}
WHY = {"state": "failed", "reason_zh": "坏了。", "reason_en": "It broke.", "numbers": ()}
WHY |= {"statuses": ()}
ONE = entry(UNITS[0])


def verdict(value):
    """Return what a report might conclude of a ratio: nothing near 1."""
    return "undecided" if value is None or 0.9 < value < 1.1 else "below" if value < 1 else "above"


def unit(code, value, zh="", en="", lang="zh", **changes):
    """Return a unit's report with a ratio, and odds that grow with it."""
    odds = None if value is None else min(1.0, value / 4)
    given = {
        "place": f"case/unit_report.{code}.{lang}",
        "lang": lang,
        "unit_code": code,
        "unit_name_zh": zh or f"县{code}",
        "unit_name_en": en or f"County {code}",
        "numbers": (
            {**RATIO, "value": value, "verdict": verdict(value)},
            {**ODDS, "value": odds},
        ),
        "statuses": ("official", "estimate", "assumption"),
    }
    return replace(ONE, **given | changes)


def country(count=ALL_FILES_UP_TO + 50):
    """Return reports of units of several provinces."""
    codes = [f"{province}{n:04d}" for n in range(count // 3 + 1) for province in (11, 45, 65)]
    return [unit(code, 0.2 + n % 40 / 10) for n, code in enumerate(sorted(codes[:count]))]


def shown(page):
    """Return the codes of the rows that the last table shows."""
    return page.locator("table").last.locator("tbody td:nth-child(2)").all_inner_texts()


def head(page, text):
    return page.locator("table").last.locator("thead th", has_text=text)


def all_states():
    """Return reports of which some were made, some failed, and the last one waits."""
    return [
        unit("110101", 0.4, "东城区", "Dongcheng"),
        unit("110102", 1.05, "西城区", "Xicheng", statuses=("official", "computed")),
        unit("110102", 1.05, "西城区", "Xicheng", "en", statuses=("official", "computed")),
        unit("450101", 2.5, "南宁", "Nanning", statuses=("computed", "synthetic")),
        unit("450102", None, "兴宁区", "Xingning", **WHY),
        unit("650101", None, "天山区", "Tianshan", **WHY | {"state": "waiting"}),
    ]


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_it_opens_quietly_and_fits_the_screen(view, width):
    listed = all_states()
    page = view(index_page(listed), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]
    assert page.locator("h1").count() == 1
    for place in ("#failures", "#tools", ".relief-glance", "table"):
        assert page.locator(place).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", ["all", "states", "country", "cases", "empty", "glossary"])
def test_axe_finds_nothing(view, make, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    listed = all_states()
    html = {
        "all": lambda: index_page(entries()),
        "states": lambda: index_page(listed),
        "country": lambda: index_page(country()),
        "cases": lambda: index_page(
            [
                *listed,
                *(replace(e, case_name="b", case_title_zh="乙", case_title_en="B") for e in listed),
            ]
        ),
        "empty": lambda: index_page([]),
        "glossary": glossary_page,
    }[make]()
    page = view(html, color_scheme=scheme)
    found = axe.run(page).response
    assert [
        (each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]
    ] == []
    assert found["passes"]


def test_headings_are_in_order_and_every_table_has_a_caption(view):
    listed = all_states()
    page = view(index_page(listed))
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(each => Number(each.localName[1]))"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("table").count() == page.locator("table > caption").count() > 0


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("", ["110101", "110102", "450101", "450102", "650101"]),
        ("西城", ["110102"]),
        ("XICHENG", ["110102"]),
        ("4501", ["450101", "450102"]),
        ("４５０１０２", ["450102"]),
        ("  城  xi ", ["110102"]),
        ("(", []),
        ("官方", []),
    ],
)
def test_a_search_finds_names_and_codes(view, word, codes):
    listed = all_states()
    page = view(index_page(listed))
    page.locator("#search").fill(word)
    assert (shown(page) if codes else []) == codes
    assert page.locator("#none").is_visible() == (not codes)
    assert page.locator("#shown").inner_text() == ("5" if word == "" else f"{len(codes)} / 5")


@pytest.mark.parametrize(
    ("name", "option", "codes"),
    [
        ("state", "已生成 made", ["110101", "110102", "450101"]),
        ("state", "失败 failed", ["450102"]),
        ("state", "待生成 waiting", ["650101"]),
        ("status", "含官方数据 with official", ["110101", "110102"]),
        ("status", "含据官方数据计算 with computed", ["110102", "450101"]),
        ("status", "只含官方数据及其计算 official or computed only", ["110102"]),
        ("status", "含假设值 with assumption", ["110101"]),
        ("status", "含虚构数据 with synthetic", ["450101"]),
    ],
)
def test_a_filter_is_set_by_keyboard_and_counts(view, name, option, codes):
    listed = all_states()
    page = view(index_page(listed))
    page.locator("#search").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            break
    assert page.evaluate("document.activeElement.id") == name
    options = page.locator(f"#{name} option").evaluate_all("all => all.map(each => each.label)")
    for _ in range(options.index(option)):
        page.keyboard.press("ArrowDown")
    assert page.locator(f"#{name}").evaluate("each => each.selectedOptions[0].label") == option
    assert shown(page) == codes
    assert page.locator("#shown").inner_text() == f"{len(codes)} / 5"


def test_filters_and_search_hold_together(view):
    listed = all_states()
    page = view(index_page(listed))
    page.locator("#state").select_option("made")
    page.locator("#search").fill("110")
    page.locator("#status").select_option(label="含假设值 with assumption")
    assert shown(page) == ["110101"]
    head(page, "代码").get_by_role("button").click()
    assert shown(page) == ["110101"]


@pytest.mark.parametrize("column", ["单位", "代码", "匹配度", "可能性", "报告所用数据", "进度"])
def test_every_column_sorts_both_ways_and_says_so(view, column):
    listed = all_states()
    page = view(index_page(listed))
    button = head(page, column).get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    assert head(page, column).get_attribute("aria-sort") == "ascending"
    up = shown(page)
    page.keyboard.press("Space")
    assert head(page, column).get_attribute("aria-sort") == "descending"
    down = shown(page)
    assert sorted(up) == sorted(down) == ["110101", "110102", "450101", "450102", "650101"]
    assert up != down
    assert page.locator("table").last.locator("th[aria-sort]").count() == 1


def test_figures_sort_by_size_and_empty_cells_stay_last(view):
    values = {"100001": 9.5, "100002": 10.25, "100003": None, "100004": 0.0, "100005": 0.9}
    page = view(index_page([unit(code, value) for code, value in values.items()]))
    button = head(page, "匹配度").get_by_role("button")
    button.click()
    assert shown(page) == ["100004", "100005", "100001", "100002", "100003"]
    button.click()
    assert shown(page) == ["100002", "100001", "100005", "100004", "100003"]
    button = head(page, "可能性").get_by_role("button")  # <1, 22, >99, >99 and none
    button.click()
    assert shown(page)[:2] == ["100004", "100005"]
    assert shown(page)[-1] == "100003"


def test_names_sort_as_a_chinese_reader_expects(view):
    names = {"3": "乌苏市", "1": "额敏县", "2": "塔城市", "4": "沙湾市"}
    page = view(index_page([unit(code, 1.0, zh) for code, zh in names.items()]))
    head(page, "单位").get_by_role("button").click()
    assert [names[code] for code in shown(page)] == ["额敏县", "沙湾市", "塔城市", "乌苏市"]


def test_many_rows_come_step_by_step_and_all_on_paper(view):
    listed = country()
    page = view(index_page(listed))
    assert len(shown(page)) == ROWS_AT_FIRST
    more = page.locator(".relief-more")
    more.get_by_role("button").first.click()
    assert len(shown(page)) == ROWS_AT_FIRST + 300 or not more.is_visible()
    page.locator("#search").fill("650")
    assert len(shown(page)) == min(ROWS_AT_FIRST, sum("650" in e.unit_code for e in listed))
    page.locator("#search").fill("")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(shown(page)) == len(listed)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(shown(page)) == ROWS_AT_FIRST
    more.get_by_role("button").last.click()
    assert shown(page) == [each.unit_code for each in listed]
    assert page.evaluate("document.activeElement.textContent") == listed[ROWS_AT_FIRST].unit_name_zh


def test_rows_of_a_long_table_have_all_their_files_once(view):
    page = view(index_page(country()))
    head(page, "代码").get_by_role("button").click()
    files = page.locator("table").last.locator("tbody tr").first.locator("td:last-child a")
    endings = files.evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert [href.rpartition(".")[2] for href in endings] == ["xlsx", "json", "ipynb"]


def test_tiles_are_links_that_say_unit_ratio_and_status(view):
    listed = all_states()
    page = view(index_page(listed))
    tiles = page.locator("[role=toolbar] > a")
    labels = tiles.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
    assert labels == [
        "东城区 Dongcheng: 0.40, 估计值 estimate",
        "西城区 Xicheng: 1.05, 估计值 estimate, 暂不能判断 cannot be told yet",
        "南宁 Nanning: 2.50, 估计值 estimate",
    ]
    assert tiles.first.get_attribute("href") == "case/unit_report.110101.zh.html"
    assert page.locator(".relief-glance [data-prefix]").count() == 2
    classes = tiles.evaluate_all("all => all.map(each => each.className)")
    assert [re.sub(r"\d", "", name) for name in classes] == ["t", "t o", "t"]


def test_tiles_take_one_stop_of_the_tab_key_a_group_and_arrow_keys(view):
    page = view(index_page(country()))
    bars = page.locator("[role=toolbar]")
    assert bars.count() == 3
    assert bars.locator("a[tabindex='0']").count() == 3
    assert bars.locator("a:not([aria-hidden])").count() == 3
    bars.first.locator("a").first.focus()
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == second != first
    assert page.locator(".relief-look").inner_text() == second
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.nextSibling") is None
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.nextSibling") is None
    assert bars.locator("a[tabindex='0']").count() == 3
    assert bars.locator("a:not([aria-hidden])").count() == 3
    assert page.evaluate("document.activeElement.getAttribute('aria-hidden')") is None
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.activeElement.parentNode === document.querySelectorAll('[role=toolbar]')[1]"
    )


def test_tiles_show_the_colours_of_the_charts_with_a_visible_focus(view):
    from analysis.ratio_steps import FILLS

    page = view(index_page([unit("110101", 0.1), unit("650101", 9.0)]))
    tiles = page.locator("[role=toolbar] > a")
    colour = "each => getComputedStyle(each).backgroundColor"
    painted = [tuple(map(int, re.findall(r"\d+", tiles.nth(n).evaluate(colour)))) for n in (0, 1)]
    wanted = [tuple(bytes.fromhex(FILLS[step][1:])) for step in (0, 6)]
    assert painted == wanted
    page.keyboard.press("Tab")
    tiles.first.focus()
    page.keyboard.press("Home")
    assert tiles.first.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


def test_hostile_texts_do_nothing_in_a_browser(view):
    text = " ".join(HOSTILE)
    numbers = ({**RATIO, "label": text}, {"key": "t", "label": text, "value": text, **STATUS})
    bad = unit("110101", 1.0, text, text, numbers=numbers, place=text, notebook=text)
    told = dict.fromkeys(("reason_zh", "reason_en", "command"), text)
    listed = [bad, replace(bad, unit_code="650101", state="failed", **told)]
    page = view(index_page([replace(each, case_title_zh=text) for each in listed]))
    page.locator("#search").fill("<script>")
    page.locator("thead button").first.click()
    assert page.evaluate("document.scripts.length") == 1
    assert page.locator("img").count() == 0
    label = page.locator("[role=toolbar] > a").first.get_attribute("aria-label")
    assert HOSTILE[0] in label


STATUS = {"status": "official"}


def test_it_works_without_a_script(view):
    listed = all_states()
    listed += [replace(each, notebook="other") for each in country()]
    page = view(index_page(listed), java_script_enabled=False)
    assert page.locator("tbody tr").count() == 5 + len(country())
    assert page.locator("tbody tr").last.is_visible()
    for place in ("#tools", ".relief-glance", ".relief-more", "#none"):
        assert not page.locator(place).first.is_visible()
    assert page.locator(".relief-command").first.is_visible()


def test_print_repeats_the_heads_and_leaves_tools_out(view):
    listed = all_states()
    page = view(index_page(listed), 670)
    page.emulate_media(media="print")
    for place in ("#tools", ".relief-go", ".relief-look"):
        assert not page.locator(place).is_visible()
    display = "getComputedStyle(document.querySelector('thead')).display"
    assert page.evaluate(display) == "table-header-group"
    assert page.evaluate("document.documentElement.scrollWidth") <= 670
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_glossary_opens_at_a_term_and_fits_the_screen(view, width):
    page = view(glossary_page(), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("location.hash = 'need_share'")
    assert page.locator(":target").inner_text().startswith("需求占比")
