"""The page: self-contained, escaped, in one language, with an outline and a banner."""

import re
from itertools import pairwise

import nbformat
import pandas as pd
import pytest
from recorded import answer, empty_page, key_figure
from sample_report import (
    HOSTILE,
    Tags,
    chart,
    code,
    displayed,
    make_notebook,
    make_page,
    make_provenance,
    make_results,
    prose,
    shown,
)

from analysis.errors import ReportError
from analysis.report.assets import TEMPLATES
from analysis.report.outputs import material

CSS = (TEMPLATES / "page" / "relief.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_asks_nothing_of_the_network_and_runs_nothing(pages, lang):
    seen = Tags(pages[lang])
    assert not {"script", "link", "iframe", "object", "embed", "base"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on")
        if name in ("src", "href", "srcset", "action"):
            beside = value in {f"02_share_and_need.zh{e}" for e in (".xlsx", ".json", ".ipynb")}
            assert beside or value.startswith(("#", "data:image/svg+xml;", "data:text/csv;"))
    assert not re.findall(r"@import|url\((?!data:)", pages[lang])
    policy = next(value for _, value in seen.attributes if value.startswith("default-src"))
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text_wherever_they_stand(text):
    page = make_page(
        make_notebook(text=text, extra=[prose(text), code(displayed(text_markdown=text))]),
        case_title=text,
        unit_name=text,
        title=text,
        other_lang_href=text,
        provenance=make_provenance(
            case_name=text,
            command=text,
            document_no=text,
            commit=text,
            parameters={text: text},
            inputs={text: text},
            versions={text: text},
        ),
    )
    seen = Tags(page)
    assert "script" not in seen.tags
    assert "img" not in seen.tags
    assert seen.tags.count("style") == 1
    assert not seen.comments
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert seen.text.count(text) >= 8
    assert "49" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_a_page_keeps_one_language(pages):
    zh, en = pages["zh"], pages["en"]
    assert '<html lang="zh-CN">' in zh
    assert '<html lang="en">' in en
    assert "正文。" in zh
    assert "正文。" not in en
    assert "Does the money follow the need?" in en
    assert "Does the money follow the need?" not in zh


def test_parameters_and_results_are_not_shown(pages):
    for page in pages.values():
        assert "case = 'x'" not in page
        assert "relief.results" not in page


def test_the_code_of_a_cell_is_folded_under_what_it_shows():
    steps = [
        code(source="import pandas as pd\nfrom x import y"),
        code(source="shares = money / money.sum()"),
        code(displayed(text_plain="x"), source="shares  # look", tags=["working"]),
        code(displayed(text_plain="x"), source="case = 'b'", tags=["injected-parameters"]),
        code(displayed(text_plain="x"), source="other", tags=["lang-en"]),
        code(displayed(text_plain="shown"), source="page.table(shares < 1)"),
        code(displayed(text_plain="again"), source="next_one"),
        code(displayed(text_plain="third"), source="%time 1"),
        code(displayed(text_plain="fourth"), source="import this"),
    ]
    page = make_page(make_notebook(extra=steps))
    folded = re.findall(r'<details class="relief-code">.*?<pre>(.*?)</pre>', page, re.DOTALL)
    expected = "shares = money / money.sum()\n\nshares  # look\n\npage.table(shares &lt; 1)"
    assert folded[3:] == [expected, "next_one", "%time 1"]
    assert folded[0].startswith("secret_source")
    assert "<details open" not in page
    assert "import pandas" not in page
    assert page.count(">x</pre>") == 0
    assert page.count('class="relief-added"') == 4


def test_terms_in_code_are_not_listed():
    used = code(displayed(text_plain="x"), source="gini = inequality.gini(money)")
    page = make_page(make_notebook("en", extra=[used]), "en")
    assert "Gini" not in page
    assert "Gini" in make_page(make_notebook("en", extra=[prose("The Gini index.")]), "en")


def test_links_to_other_pages_stand_at_top_and_foot_in_the_order_given():
    links = {
        "front": ("首页", "../index.html"),
        "previous": ("<塔城市>", "a.html"),
        "next": ("额敏县", "b.html"),
        "unit-654201": ("乌苏市", "c.html"),
    }
    page = make_page(links=links)
    found = [
        (tag["href"], tag.get("rel"))
        for tag in Tags(page).elements("a")
        if tag.get("href", "").endswith(".html")
    ]
    expected = [("../index.html", None), ("a.html", "prev"), ("b.html", "next")]
    # Units by the dozen stand at the top alone.
    assert found == [*expected, ("c.html", None), *expected]
    assert page.count("&lt;塔城市&gt;") == 2
    assert 'class="relief-nav"' not in make_page()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_outline_has_one_title_and_skips_no_level(pages, lang):
    levels = [int(tag[1]) for tag in Tags(pages[lang]).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_landmarks_ids_and_contents_fit_together(pages, lang):
    seen = Tags(pages[lang])
    for landmark in ("header", "nav", "main", "footer"):
        assert seen.tags.count(landmark) == 1
    ids = [value for name, value in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for name, value in seen.attributes if name == "href" and value[0] == "#"}
    assert targets <= set(ids)
    parts = {"main", "chart-1", "table-shares", "terms", "data", "provenance"}
    assert parts < targets
    assert len(targets) == len(parts) + 2


def test_the_title_names_question_unit_and_case():
    page = make_page(unit_name="乌苏市")
    assert "<title>乌苏市：资金与需求相称吗？ · 塔城地区 2024</title>" in page


def test_a_notebook_without_a_title_gets_one():
    notebook = make_notebook()
    del notebook.cells[:2]
    assert "<h1>02_share_and_need</h1>" in make_page(notebook)


@pytest.mark.parametrize("status", ["official", "estimate", "assumption", "synthetic"])
def test_the_banner_is_that_of_the_finished_report(status):
    late = empty_page()
    headline = late.answer(answer("答。", key_figure("total", 412)))
    late.table(pd.DataFrame({"late": [1]}), status=status)
    cells = [code(shown(headline)), code(shown(late))]
    page = make_page(nbformat.v4.new_notebook(cells=cells))
    banners = re.findall(r'<p class="relief-(?:banner relief-(\w+)|(strip))', page)
    assert banners == [("", "strip") if status == "synthetic" else (status, "")]
    assert ("不得据以决策" in page) == (status == "synthetic")


def test_a_page_without_a_headline_still_has_its_banner():
    page = make_page(nbformat.v4.new_notebook(cells=[code(shown(make_results("zh")))]))
    assert page.count('class="relief-banner relief-estimate"') == 1


def test_charts_of_ours_stand_on_the_page_in_its_font():
    words = '<text x="1" y="2" fill="#000">鄠邑区</text>'
    svg = f'<svg viewBox="0 0 40 20"><style>text{{color:red}}</style>{words}</svg>'
    page = make_page(make_notebook(extra=[code(chart(alt='1 < 2 & "three"', svg=svg))]))
    labels = [value for name, value in Tags(page).attributes if name == "aria-label"]
    assert '1 < 2 & "three"' in labels
    assert words in page and page.count("@font-face") == 1
    assert "text{color:red}" not in page


def test_a_failed_cell_is_no_report_and_warnings_do_not_show():
    failed = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=["secret"])
    with pytest.raises(ReportError, match=r"Cell 12 failed.*KeyError"):
        make_page(make_notebook(extra=[code(failed)]))
    said = [
        nbformat.v4.new_output("stream", name=name, text=f"on {name}")
        for name in ("stdout", "stderr")
    ]
    page = make_page(make_notebook(extra=[code(*said)]))
    assert "on stdout" in page
    assert "on stderr" not in page


def test_a_notebook_run_in_another_language_is_refused():
    with pytest.raises(ReportError, match="run it again with lang=en"):
        make_page(make_notebook("zh"), lang="en")


def test_a_character_without_a_glyph_is_refused_by_name():
    with pytest.raises(ReportError, match=r"U\+1F600"):
        make_page(make_notebook(text="\N{GRINNING FACE}"))


def test_what_an_analyst_writes_may_lack_a_glyph_and_is_told():
    own = [
        prose("# \N{GRINNING FACE}"),
        code(displayed(text_plain="\N{ROCKET}"), source="'\N{FIRE}'"),
    ]
    notebook = make_notebook(extra=own)
    page = make_page(notebook)
    made_of = material(notebook, "zh")
    for char in "\N{GRINNING FACE}\N{ROCKET}\N{FIRE}":
        assert char in page
        assert char in made_of.warnings[0]
    assert len(made_of.warnings) == 1


def test_equal_runs_give_equal_pages(pages):
    assert make_page() == pages["zh"]


def test_the_foot_says_where_the_figures_come_from(pages):
    foot = pages["zh"][pages["zh"].index("<footer") :]
    for text in ("塔地财社〔2023〕90号", "0123456789ab<", "numpy 2.4.6", "a1b2c3d", "relief"):
        assert text in foot


def test_the_language_switch_leads_to_the_other_page():
    page = make_page(other_lang_href="x.en.html")
    assert '<a class="relief-switch" href="x.en.html" lang="en" hreflang="en"' in page


def luminance(colour):
    full = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_enough_from_what_is_behind_it(scheme):
    colours = dict(re.findall(r"--([\w-]+):(#\w+)", CSS.split("@media screen")[scheme]))
    pairs = [(ink, back) for ink in ("ink", "soft", "accent") for back in ("paper", "panel")]
    pairs += [(tone, f"{tone}-back") for tone in ("blue", "amber", "red", "green")]
    pairs += [("paper", "red"), ("red", "paper")]
    for ink, back in pairs:
        assert contrast(colours[ink], colours[back]) >= 4.5, (ink, back)
