"""The page: in one language, with contents, banner and links, each piece in its place."""

import re

import nbformat
import pandas as pd
import pytest
from recorded import answer, empty_page, key_figure
from sample_report import (
    Tags,
    chart,
    code,
    displayed,
    make_notebook,
    make_page,
    make_results,
    prose,
    shown,
)

from analysis.errors import ReportError
from analysis.report.outputs import material


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


def test_the_foot_says_where_the_figures_come_from(pages):
    foot = pages["zh"][pages["zh"].index("<footer") :]
    for text in ("塔地财社〔2023〕90号", "0123456789ab<", "numpy 2.4.6", "a1b2c3d", "relief"):
        assert text in foot
