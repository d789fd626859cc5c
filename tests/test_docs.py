"""What the README and the guides say can be done as they say it."""

import inspect
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from analysis import verdicts
from analysis.cli import app
from analysis.regression import plugin
from analysis.regression.compare import NAMES, PREFIX, Tolerance
from analysis.regression.matrix import read_matrix
from analysis.regression.volatile import normalised
from analysis.schema import TABLES
from analysis.statuses import STATUSES
from analysis.words import catalogue

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "reports" / "README.md"]
TESTING = [ROOT / "docs" / f"notebook-tests{lang}.md" for lang in ("", ".zh-CN")]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
IN_BOTH = ["notebooks", "reports"]
GUIDES = {
    lang: [ROOT / "docs" / f"{name}{end}.md" for name in IN_BOTH]
    for lang, end in (("en", ""), ("zh", ".zh-CN"))
}
WORKED = [*GUIDES["en"][:1], *GUIDES["zh"][:1], ROOT / "docs" / "case.md"]


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_local_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith("http")]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_python_example_runs(page):
    (example,) = blocks(page, "python")
    ran = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("page", WORKED, ids=lambda page: page.name)
def test_the_cells_of_a_guide_run_one_after_the_other_and_give_what_it_says(page, monkeypatch):
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    monkeypatch.chdir(ROOT)
    names, told = {}, 0
    for cell in blocks(page, "python"):
        exec(compile(cell, page.name, "exec"), names)  # noqa: S102
        # ``expression  # 0.38``: what it gives, to the digits shown; or a word.
        for expression, said in re.findall(r"^(\S.*?)  # (-?\d[\d.]*|[a-z_]+)$", cell, re.M):
            value = eval(expression, names)  # noqa: S307
            digits = len(said.partition(".")[2])
            assert said == (value if isinstance(value, str) else f"{value:.{digits}f}"), expression
            told += 1
    plt.close("all")
    assert told >= 10 or page.name == "case.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_line_with_relief_has_options_that_there_are(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    commands = typer.main.get_command(app).commands
    for line in "".join(blocks(page, "sh")).splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["relief"]:
            name, *rest = words[1:]
            assert commands[name].make_context(name, rest).params, line


def test_both_readmes_show_the_same_commands():
    def commands(page):
        lines = "".join(blocks(page, "sh")).splitlines()
        return [re.sub(r"\s+#.*", "", line) for line in lines]

    english, chinese = map(commands, READMES)
    assert {line.split()[1] for line in english if line.startswith("relief")} == {
        line.split()[1] for line in chinese if line.startswith("relief")
    }
    assert len(english) == len(chinese)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_readme_names_every_notebook_and_what_its_question_is(page):
    text = page.read_text(encoding="utf-8")
    for path in ROOT.glob("notebooks/*.ipynb"):
        assert re.search(rf"^\| `{path.stem}` \| .+ \|$", text, re.M), path.name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_guides_call_things_as_the_pages_do(lang):
    words = catalogue(lang)
    notebooks, reports = (page.read_text(encoding="utf-8") for page in GUIDES[lang])
    for key in ("published.code", "published.added"):
        assert words(key) in notebooks
        assert words(key) in reports
    for key in ("report.numbers", "report.terms", "report.data"):
        assert words(key) in reports
    for status in STATUSES:
        assert f"| {words(f'status.{status}')} |" in reports
    assert words("status.not_stated").lower() in reports.lower()


def test_the_methods_name_modules_statuses_and_verdicts_that_there_are():
    methods = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    named = re.findall(r"^## .*", methods, re.M)
    modules = re.findall(r"`([\w/]+(?:\.py|/))`", "".join(named))
    assert len(modules) > 8
    assert [each for each in modules if not (ROOT / "src" / "analysis" / each).exists()] == []
    for status in STATUSES:
        assert f"| `{status}` |" in methods
    for verdict in (*verdicts.FIRM, *verdicts.OPEN, "none"):
        assert f"`{verdict}`" in methods


def test_every_command_of_the_readme_exists():
    shown = set(re.findall(r"^relief ([a-z-]+)", "\n".join(blocks(READMES[0], "sh")), re.M))
    helped = subprocess.run(
        [Path(sys.executable).parent / "relief", "--help"], capture_output=True, text=True
    ).stdout
    assert shown
    assert [name for name in shown if name not in helped] == []


def test_the_guide_names_every_table_and_column():
    guide = (ROOT / "docs" / "case.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", guide, re.M))
    for name, table in TABLES.items():
        named = set(re.findall(r"`(\w+)`", rows[name])) | {"level2", "level3"}
        assert set(table.column_names) - {"source_en"} <= named, name


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_of_speed_has_the_stored_figures(lang, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import table

    text = table.READMES[lang].read_text(encoding="utf-8")
    assert f"{table.START}\n| " in text
    assert table.with_table(text, lang) == text


def tables(page):
    """Return the tables of a page, each a list of rows of cells, without its head."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^\|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M)
    return [[row.strip("|").split(" | ") for row in table.strip().splitlines()] for table in found]


@pytest.mark.parametrize("page", TESTING, ids=lambda page: page.name)
def test_the_guide_to_notebook_tests_tells_what_is_volatile_and_what_is_not(page):
    left_out, compared = (
        re.findall("`([^`]+)`", "".join(cell for _, cell in table))
        for table in tables(page)
        if len(table[0]) == 2 and "`" not in table[0][0] and "`" in table[0][1]
        if "rtol" not in table[0][1]
    )
    assert len(left_out) > 9
    assert [each for each in left_out if normalised(each) == each] == []
    assert len(compared) > 5
    assert [each for each in compared if normalised(each) != each] == []
    # A file's name counts, its folder does not.
    (path,) = [each for each in left_out if each.startswith("/home")]
    assert normalised(path) == normalised(path.replace("ann", "eve"))
    assert normalised(path) != normalised(path.replace("units", "other"))


@pytest.mark.parametrize("page", TESTING, ids=lambda page: page.name)
def test_the_guide_to_notebook_tests_has_every_option_tag_and_default(page):
    text = page.read_text(encoding="utf-8")
    options = re.findall(r'"(--relief[\w-]*)"', inspect.getsource(plugin.pytest_addoption))
    assert "--relief-fork" in options
    assert [name for name in options if f"`{name}" not in text] == []
    assert [name for name in NAMES if f"`{PREFIX}{name}=" not in text] == []
    usual = Tolerance()
    for size in (usual.relative, usual.absolute, usual.image):
        assert f"{size:g}" in text


@pytest.mark.parametrize("page", TESTING, ids=lambda page: page.name)
def test_the_matrix_of_the_guide_is_of_four_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (shown,) = blocks(page, "toml")
    path = tmp_path / "matrix.toml"
    path.write_text(shown, encoding="utf-8")
    assert len(read_matrix(path)) == 4
