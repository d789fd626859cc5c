"""The examples of CONTRIBUTING.md can be carried out as they stand there, and do what it says."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from analysis.regression.matrix import read_matrix

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COPIED = (
    "README.md",
    "README.zh-CN.md",
    "tests/matrix.toml",
    "docs/methods.md",
    "tools/methods.py",
)
NOTEBOOK = "08_money_per_head"
TEXTS = {
    "zh": {
        "measure": "帕尔马比值",
        "chart": "与按人数比例测算数相比，额敏县多得最多，沙湾市少得最多",
        "column": "该差占下达资金",
        "sentence": "塔城市的人均金额最高，为 170 元。",
    },
    "en": {
        "measure": "Palma ratio",
        "chart": "Beside a proportional share, Emin County has most above it and "
        "Shawan City most below",
        "column": "that difference, part of the money",
        "sentence": "The amount per person is highest in Tacheng City: 170 yuan.",
    },
}


def blocks(language, heading):
    """Return the blocks of a language in a section of the guide."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", GUIDE, re.M | re.DOTALL)
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def carry_out(diff, root):
    """Make a diff's changes; each place must be in its file, and once."""
    for file in re.split(r"^--- ", diff, flags=re.M)[1:]:
        name, *places = re.split(r"\n@@", file)
        path = root / name.strip()
        text = path.read_text(encoding="utf-8")
        for place in places:
            kind, *lines = place.rstrip("\n").split("\n")
            before = "".join(f"{line[1:]}\n" for line in lines if line[:1] in " -")
            after = "".join(f"{line[1:]}\n" for line in lines if line[:1] in " +")
            if kind.strip() == "end":
                assert not before
                text += after
                continue
            found = re.findall(rf"^{re.escape(before)}", text, re.M)
            assert len(found) == 1, f"{len(found)} times in {name.strip()}:\n{before}"
            text = re.sub(rf"^{re.escape(before)}", lambda _, after=after: after, text, flags=re.M)
        path.write_text(text, encoding="utf-8")


def notebook(source, *more):
    """Return the notebook that a block of ``# %%`` cells is, with more before its last cell."""
    cells = []
    for part in re.split(r"^# %%", source, flags=re.M)[1:]:
        kind, _, text = part.partition("\n")
        if kind.strip() == "[markdown]":
            cells.append(nbformat.v4.new_markdown_cell(re.sub(r"^# ", "", text.strip())))
            continue
        cells.append(nbformat.v4.new_code_cell(text.strip()))
        cells[-1].metadata["tags"] = kind.split()
    cells[-1:-1] = [nbformat.v4.new_code_cell(each.strip()) for each in more]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Give a copy of the product in which all the examples are carried out."""
    root = tmp_path_factory.mktemp("contributing")
    shutil.copytree(
        ROOT / "src" / "analysis",
        root / "src" / "analysis",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (root / "data").symlink_to(ROOT / "data")
    for name in COPIED:
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for diff in re.findall(r"```diff\n(.*?)```", GUIDE, re.DOTALL):
        carry_out(diff, root)
    (source,) = blocks("python", "A notebook")
    cells = [
        cell
        for heading in ("A chart", "A column", "A sentence")
        for cell in blocks("python", heading)
    ]
    (root / "notebooks").mkdir()
    nbformat.write(notebook(source, *cells), root / "notebooks" / f"{NOTEBOOK}.ipynb")
    return root


def run(root, *arguments):
    command = [sys.executable, *arguments]
    env = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_of_the_new_notebook_has_all_that_was_added(root, lang):
    relief = "from analysis.cli import main; main()"
    out = root / f"{NOTEBOOK}.{lang}.html"
    case = root / "data" / "tacheng-2024"
    ran = run(root, "-c", relief, "report", NOTEBOOK, "--case", case, "--lang", lang, "--out", out)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    page = out.read_text(encoding="utf-8")
    for text in TEXTS[lang].values():
        assert text in page
    # Its letters are words of the picture, and the alternative text tells the ends of the rows.
    (drawn,) = re.findall(r'<svg [^>]*role="img"[^>]*aria-label="([^"]*)', page)
    assert TEXTS[lang]["chart"] in drawn
    tables = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["tables"]
    measures = {row["name"]: row["value"] for row in tables["measures"]["rows"]}
    # Every aided person counted on their own, the worst supplied first.
    assert measures[TEXTS[lang]["measure"]] == pytest.approx(0.925854964667, abs=1e-9)
    parts = {row["unit_code"]: row["gap_share"] for row in tables["shares"]["rows"]}
    assert parts["654203"] == pytest.approx(-81.0129623023 / 50, abs=1e-9)


def test_the_example_of_the_measure_runs_and_its_row_is_written_into_the_methods(root):
    ran = run(root, "-m", "doctest", "src/analysis/inequality/lorenz_curve.py")
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout + ran.stderr
    assert run(root, "tools/methods.py").returncode == 0
    methods = (root / "docs" / "methods.md").read_text(encoding="utf-8")
    assert "| Palma ratio | *(1 − Y(0.9))/Y(0.4)*;" in methods
    assert "0.25 to ∞" in methods


def test_the_new_notebook_stands_in_the_matrix_and_in_both_readmes(root, monkeypatch):
    monkeypatch.chdir(root)
    named = [run.name for run in read_matrix(root / "tests" / "matrix.toml")]
    assert [name for name in named if NOTEBOOK in name] == [f"{NOTEBOOK}.us-era1-california.en"]
    for name in ("README.md", "README.zh-CN.md"):
        assert f"| `{NOTEBOOK}` |" in (root / name).read_text(encoding="utf-8")
