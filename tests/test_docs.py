"""What the README and the guides say can be done as they say it."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.regression import plugin
from analysis.regression.matrix import read_matrix
from analysis.regression.text import compare_text
from analysis.regression.tolerance import NAMES, PREFIX, Tolerance
from analysis.regression.volatile import normalised
from analysis.schema import TABLES

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "reports" / "README.md"]
TESTING = [ROOT / "docs" / f"notebook-tests{lang}.md" for lang in ("", ".zh-CN")]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


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


def test_both_readmes_show_the_same_commands():
    def commands(page):
        lines = "".join(blocks(page, "sh")).splitlines()
        return [re.sub(r"\s+#.*", "", line) for line in lines]

    english, chinese = map(commands, READMES)
    assert {line.split()[1] for line in english if line.startswith("relief")} == {
        line.split()[1] for line in chinese if line.startswith("relief")
    }
    assert len(english) == len(chinese)


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
    assert not list(compare_text(path, path.replace("ann", "eve"), Tolerance()))
    assert list(compare_text(path, path.replace("units", "other"), Tolerance()))


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
