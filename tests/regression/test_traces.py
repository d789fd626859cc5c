"""What of this machine, its user and the hour goes; the rest stays, and is compared the same."""

import copy
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown_cells import failed, printed, shown

from analysis.regression import traces
from analysis.regression.compare import Tolerance
from analysis.regression.outputs import compare_outputs
from analysis.regression.traces import names_left, without_traces

HOME, HERE, TEMPORARY = "/home/annabel", "/srv/annabel/project", "/var/tmp/annabel"  # noqa: S108
FOLDERS = (HOME, HERE, TEMPORARY)


@pytest.fixture(autouse=True, scope="module")
def machine():
    """Be on the machine of Annabel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "home", lambda: Path(HOME))
        patch.setattr(Path, "cwd", lambda: Path(HERE))
        patch.setattr(tempfile, "gettempdir", lambda: TEMPORARY)
        patch.setattr("getpass.getuser", lambda: "annabel")
        patch.setattr("socket.gethostname", lambda: "annabels-laptop")
        clear()
        yield
    clear()


def clear():
    traces._folders.cache_clear()
    traces._names.cache_clear()


def everywhere(text):
    """Return outputs of every kind that hold a text, in all places that they have."""
    return [
        printed(f"{text}\n"),
        printed(f"\x1b[31m{text}\x1b[0m", "stderr"),
        failed(text, [f"\x1b[0;32m{text}\x1b[0m in f()", text]),
        shown({"text/plain": text}),
        shown({"text/markdown": f"# {text}", "text/plain": "<Markdown>"}),
        shown({"application/json": {"a": [{"b": text}, 1]}, "text/plain": text}),
        shown({"text/html": f'<p title="{text}">{text}</p><td>{text}</td>', "text/plain": text}),
        shown({"image/svg+xml": f"<svg><text>{text}</text></svg>"}),
        shown({"image/png": "AAAA"}, {"mine": {"title": text}}),
        shown({"text/plain": text}, output_type="execute_result", execution_count=3),
    ]


WORDS = [
    "人均 148.8 元",
    "a 1",
    "元/人/月",
    "data/units.csv",
    "https://example.org/a/b",
    "2024-12-31",
]
WORDS += ["-", "(x)", "08", "=", "1.2.3"]
PATHS = st.builds(
    "{}/{}".format, st.sampled_from(FOLDERS), st.sampled_from(["a.csv", "b/数据/c.py"])
)
PATHS |= st.sampled_from(["file:///home/annabel/x.csv", "/usr/lib/python3/x.py", *FOLDERS, "/srv"])
TIMES = st.sampled_from(["08:15:00", "2026-01-31 08:15:00.123", "Wall time: 3 s", "0x7f3a2c1b44d0"])
GAPS = st.sampled_from([" ", "\n", "：", ", ", "=", " (", "）", ": "])
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS) | PATHS | TIMES, GAPS).map("".join), min_size=1, max_size=5
).map("".join)


@given(TEXTS)
def test_what_is_stored_is_compared_as_the_same_and_stays_so(text):
    fresh = everywhere(text)
    before = copy.deepcopy(fresh)
    for each in fresh:
        stored = without_traces(each)
        assert not list(compare_outputs([stored], [each], Tolerance(), images=True))
        assert without_traces(stored) == stored
    assert fresh == before


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    "form", ["{}/a.csv", "到{}/a/b.csv", "file://{}/x/y.csv", "x={}/a", "{}/a:3"]
)
def test_no_folder_of_this_machine_is_left(folder, form):
    for each in everywhere(form.format(folder)):
        cleaned = without_traces(each)
        assert not names_left(cleaned), cleaned
        assert folder not in str(cleaned)


@pytest.mark.parametrize("name", ["annabel", "annabels-laptop"])
def test_a_name_that_is_left_is_told_wherever_it_stands(name):
    for each in everywhere(f"by {name}, today"):
        assert name in names_left(without_traces(each))
    assert names_left(shown({"application/json": {f"on {name}": 1}})) == [name]
    assert names_left(shown({"image/png": "annabel"})) == []
    assert names_left(printed("annabella, xannabel")) == []


@pytest.mark.parametrize("name", ["root", "ann", None])
def test_short_names_and_those_of_no_person_are_not_told(monkeypatch, name):
    def user():
        if name is None:
            raise KeyError("uid 1234")
        return name

    clear()
    monkeypatch.setattr("getpass.getuser", user)
    assert names_left(printed(f"by {name} on annabels-laptop")) == ["annabels-laptop"]
    clear()


def test_times_go_from_what_is_printed_and_stay_in_tables_and_data():
    for each in (printed("08:15:00"), failed("08:15:00"), shown({"text/plain": "08:15:00"})):
        assert "08:15:00" not in str(without_traces(each))
    table = shown({"text/html": "<td>08:15:00</td>", "text/plain": "08:15:00"})
    assert without_traces(table) == table
    data = shown({"application/json": {"at": "08:15:00"}})
    assert without_traces(data) == data


@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_words_that_are_no_trace_stay_in_any_kind_of_output(text):
    for each in everywhere(text):
        assert without_traces(each) == each
