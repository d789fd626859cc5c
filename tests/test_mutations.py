"""The changes that `tools/mutation_proof.py` makes can be made, and cover what they must."""

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from mutation_proof import NUMBERS, Caught, mutations  # noqa: E402

sys.path.pop(0)


@pytest.mark.parametrize("mutation", mutations(), ids=lambda each: each.what)
def test_a_change_can_be_made(mutation, tmp_path):
    (tmp_path / mutation.file).parent.mkdir(parents=True)
    shutil.copy(ROOT / mutation.file, tmp_path / mutation.file)
    mutation.apply(tmp_path)
    text = (tmp_path / mutation.file).read_text(encoding="utf-8")
    assert mutation.new in text
    assert not mutation.tests or (ROOT / mutation.tests).exists()
    assert text != (ROOT / mutation.file).read_text(encoding="utf-8")


def test_there_are_changes_of_every_kind_and_in_every_measure():
    counts = Counter(each.kind for each in mutations())
    assert counts.keys() == {*NUMBERS, "colour"}
    changed = {each.file for each in mutations()}
    for place in ("inequality", "apportion", "implied", "pace", "stock"):
        assert any(f"analysis/{place}" in file for file in changed), place


def test_a_colour_must_be_caught_by_looks_alone_and_others_without_them():
    cell, run, look = ["a.ipynb::Cell 1"], ["matrix.toml::b"], ["a.ipynb::Cell 1"]
    assert Caught(cell, [], [], []).rightly("number")
    assert Caught([], run, [], []).rightly("label")
    assert Caught([], [], [], ["test_a"]).rightly("number")
    assert not Caught([], [], look, []).rightly("order")
    assert Caught([], [], look, []).rightly("colour")
    assert not Caught(cell, [], look, []).rightly("colour")
    assert not Caught([], [], [], []).rightly("colour")
