"""A small executed notebook, put together by hand from the objects a notebook shows."""

from dataclasses import replace
from html.parser import HTMLParser

import nbformat
import pandas as pd
from recorded import answer, as_it_is, empty_page, key_figure, table

from analysis.report.display import Column
from analysis.report.html import About, Provenance, render
from analysis.report.index import IndexEntry
from analysis.report.outputs import material
from analysis.report.results import key_findings, read_results

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 320" width="100%" role="img">'
    '<rect width="720" height="320" fill="#fff"/><path d="M 0 0\nL 10 10"/></svg>'
)
UNITS = [
    ("654201", "塔城市", "Tacheng"),
    ("654202", "乌苏市", "Wusu"),
    ("654221", "额敏县", "Emin"),
]
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "' onmouseover='alert(1)",
    "{{7*7}}",
    "{% raw %}",
    "=cmd|' /C calc'!A0",
    "<!--relief:banner-->",
    "/*relief:font*/",
    "</style><script>alert(1)</script>",
    "&lt;script&gt;",
]


def shown(thing):
    """Return the output that a notebook cell ending in `thing` leaves."""
    bundle = thing._repr_mimebundle_()
    data, notes = bundle if isinstance(bundle, tuple) else (bundle, {})
    return nbformat.v4.new_output("execute_result", data=data, metadata=notes, execution_count=1)


def displayed(metadata=None, **data):
    """Return a display output with one entry for each MIME type, named like image_png."""
    types = {name.replace("_", "/", 1).replace("svg", "svg+xml"): v for name, v in data.items()}
    return nbformat.v4.new_output("display_data", data=types, metadata=metadata or {})


def drawn_numbers():
    """Return the numbers of a chart, as its output's metadata hold them."""
    frame = pd.DataFrame(
        {"unit_code": [code for code, *_ in UNITS], "name": ["Tacheng", "=Wusu", "<b>"]}
        | {"share": [0.1622, 1 / 3, None]}
    )
    columns = {
        "unit_code": Column("Code", hidden=True),
        "name": Column("Unit"),
        "share": Column("share", "percent", 1),
    }
    shown = table(frame, columns, caption="Who has more", status="estimate", lang="en")
    return replace(shown, facts=((Column("mean", "wan"), 12.5),)).record()


def chart(alt="Bars: seven counties", svg=SVG, **changes):
    """Return a chart as `Page.chart` shows it."""
    about = {"relief": "chart", "alt": alt, "title": alt, "source": "A notice (estimate)"}
    notes = {"image/svg+xml": {**about, "table": drawn_numbers(), **changes}}
    return displayed(notes, image_svg=svg, text_plain="chart")


def code(*outputs, tags=(), source="secret_source = 1"):
    return nbformat.v4.new_code_cell(
        source, outputs=list(outputs), execution_count=1, metadata={"tags": list(tags)}
    )


def prose(text, *tags):
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})


def make_answer(status="estimate", text="乌苏市", said="答案。", notes=()):
    """Return a first screen with two figures, one of them with an interval."""
    total = key_figure("total", 412, label=f"下达资金 {text}")
    moved = key_figure("moved", 0.0862, "percent", status, "Hoover", low=0.071, high=0.112)
    return answer(said, total, moved, notes=notes)


def make_results(lang="zh", status="estimate", text="乌苏市", **said):
    """Return a page that has shown its first screen."""
    page = empty_page("02_share_and_need", lang)
    page.answer(make_answer(status, text, **said))
    return page


def make_table(page, text="乌苏市", status="estimate", rows=2):
    frame = pd.DataFrame({"name": [text] * rows, "amount_wan": [98.0] * rows})
    frame["share"] = 0.2379
    return page.table(
        frame,
        "shares",
        labels={"amount_wan": as_it_is("金额"), "share": as_it_is("占比")},
        status={"amount_wan": "official", "share": status},
        caption=as_it_is(f"资金占比 {text}"),
    )


def make_notebook(lang="zh", status="estimate", text="乌苏市", extra=()):
    page = empty_page("02_share_and_need", lang)
    headline = page.answer(make_answer(status, text, f"答案：{text}", [f"说明：{text}"]))
    table = make_table(page, text, status)
    cells = [
        prose("# 资金与需求相称吗？", "lang-zh"),
        prose("# Does the money follow the need?", "lang-en"),
        code(tags=["parameters"], source="case = 'x'"),
        code(shown(headline)),
        prose("## 占比\n\n正文。", "lang-zh"),
        prose("## Shares\n\nText.", "lang-en"),
        code(chart()),
        prose("#### 表格"),
        code(shown(table)),
        prose("## 方法", "lang-zh"),
        prose("## Method", "lang-en"),
        *extra,
        code(shown(page)),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def make_provenance(**changes):
    given = {
        "case_name": "tacheng-2024",
        "command": "relief report 02_share_and_need --case data/tacheng-2024 --lang zh",
        "document_no": "塔地财社〔2023〕90号",
        "parameters": {"case": "data/tacheng-2024", "lang": "zh"},
        "inputs": {"allocation.csv": "0123456789abcdef" * 4},
        "versions": {"relief-analysis": "0.1.0", "numpy": "2.4.6"},
        "commit": "a1b2c3d",
    }
    return Provenance(**{**given, **changes})


def make_page(notebook=None, lang="zh", made_of=None, **changes):
    given = {
        "title": "02_share_and_need",
        "case_title": "塔城地区 2024",
        "provenance": make_provenance(),
        "name": "02_share_and_need.zh",
    }
    made_of = made_of or material(notebook or make_notebook(lang), lang)
    return render(made_of, About(**{**given, **changes}))


def entry(unit=None, lang="zh", **changes):
    results = read_results(make_notebook(lang))
    code, zh, en = unit or (None, "", "")
    name = ".".join(part for part in ("unit_report", code, lang) if part)
    return replace(
        IndexEntry(
            place=f"tacheng-2024/{name}",
            notebook="unit_report" if unit else "overview_report",
            case_name="tacheng-2024",
            case_title_zh="塔城地区",
            case_title_en="Tacheng",
            lang=lang,
            command=f"relief report unit_report --unit {code}",
            unit_code=code,
            unit_name_zh=zh,
            unit_name_en=en,
            statuses=results["statuses"],
            numbers=key_findings(results),
        ),
        **changes,
    )


def entries():
    return [entry(unit, lang) for unit in (None, *UNITS) for lang in ("zh", "en")]


class Tags(HTMLParser):
    """Collects the elements, attributes, comments and text of HTML, as a browser would see them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.comments, self.text = [], [], [], ""
        self._elements = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._elements.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_data(self, data):
        self.text += data

    def elements(self, tag):
        """Return the attributes of each element of a kind."""
        return [attributes for name, attributes in self._elements if name == tag]
