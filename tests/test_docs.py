"""What the README and the guides say can be done as they say it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.schema import TABLES

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "reports" / "README.md"]
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
