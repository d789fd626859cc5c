"""What tells nothing is taken away, and nothing else."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.regression.volatile import PLACES, TIMES, normalised

# Each as it is on one machine or at one time, and on or at another.
PAIRS = [
    ("<Case at 0x7f3a2c1b44d0>", "<Case at 0x10a9ffb20>"),
    ("id 3f2504e0-4f89-11d3-9a0c-0305e82c3301", "id 9F2504E0-4F89-11D3-9A0C-0305E82C33FF"),
    ("http://localhost:8888/tree", "http://localhost:8889/tree"),
    ("wrote /home/ann/p/out.csv.", "wrote /Users/li/q/r/out.csv."),
    ("已保存到/home/ann/p/out.csv", "已保存到/Users/李/q/out.csv"),
    ("保存：/home/ann/p/out.csv，共 8 行", "保存：C:\\Users\\李\\out.csv，共 8 行"),
    ("'C:\\\\Users\\\\ann\\\\out.csv'", "'/home/ann/out.csv'"),
    ("file:///home/ann/out.csv", "file:///C:/Users/ann/out.csv"),
    ("PATH /opt/a/bin:/usr/local/bin", "PATH /srv/bin:/home/ann/bin"),
    ("in /tmp/tmpab12cd34", "in /var/tmp/tmpzz99_x0q"),
    ("in /tmp/ipykernel_1/2.py:7: UserWarning: x", "in /var/ipykernel_9/1.py:7: UserWarning: x"),
    ("/a/lib/frame.py:12: FutureWarning: x", "/b/c/lib/frame.py:345: FutureWarning: x"),
    ("at 2026-01-31 08:15:00", "at 2026-02-01T23:59:59.123456+08:00"),
    ("at 08:15:00", "at 9:01:02 PM"),
    ("Sat Jan 31 08:15:00 2026", "Sun Feb  1 18:15:00 2026"),
    ("Wall time: 1.2 s", "Wall time: 3min 12s"),
    ("CPU times: user 1 s, sys: 2 ms", "CPU times: user 3 s, sys: 20 ms"),
    ("took 1.2 seconds", "took 250 ms"),
    ("耗时 1.2 秒", "耗时 2 分 3 秒"),
    ("1.2 ms ± 3 µs per loop (mean of 7)", "980 µs ± 12 µs per loop (mean of 9)"),
    ("9/9 [00:01<00:00, 9.8it/s]", "9/9 [00:02<00:00, 4.8it/s]"),
    ("Python 3.11.7", "Python 3.14.0rc1"),
    ("pandas 3.0.1", "pandas 3.1.0rc1"),
    ("dask 2026.8.0", "dask 2026.10.0"),
    ("#T_0a1b2_row0_col1", "#T_99fff_row0_col1"),
]
# What looks like it and is a figure, a name or a unit.
KEPT = [
    "148 元/人/月",
    "kg/m²/s, W/m²/K",
    "$\\alpha\\beta\\gamma$",
    "'a\\nfoo\\nbar'",
    "https://example.org/a/b/c.html",
    "https://example.org:8080/a/b/c.html",
    "data/tacheng-2024/units.csv, ./a/b, ../a/b/c",
    "31/12/2024, 1/2/3",
    "2024-12-31, 2024年12月31日, 2024.12.31",
    "2024-12-31 00:00:00",
    "2 days 01:02:03",
    "12.5 s, 3 min, 6 h",
    "192.168.0.1, 1.2, 3.11",
    "ratio 3:1, 12:30",
    "0x1f, T_max, tmp",
]


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_another_machine_or_hour_is_the_same(here, there):
    assert normalised(here) == normalised(there) != here


@pytest.mark.parametrize("text", KEPT)
def test_figures_names_and_units_stay(text):
    assert normalised(text) == text


def test_the_last_name_of_a_path_counts():
    assert normalised("/home/ann/a.csv") != normalised("/home/ann/b.csv")


def test_a_number_after_a_time_is_no_zone():
    assert normalised("2026-01-31 08:15:00 -1234") != normalised("2026-01-31 08:15:00 -1235")


def test_in_a_table_times_and_versions_are_figures():
    cell = "08:15:00, 1.2.3, /home/ann/a.csv"
    assert normalised(cell, (PLACES,)) == "08:15:00, 1.2.3, …/a.csv"


SCRAPS = ["/", "\\", "…", "~", "C:", "file://", "home", "data", "x.csv", "人", "8", ".", "-", "到"]
SCRAPS += ["到/tmp/tmpab12cd34", "ipykernel_1/2.py", "a"]
WORDS = [*(word for pair in PAIRS for word in pair), *KEPT, "<time>", "3 s", "-1234", "2026-01-31"]
WORDS = st.sampled_from(WORDS) | st.lists(st.sampled_from(SCRAPS), max_size=9).map("".join)
GAPS = st.sampled_from([" ", "\n", ", ", "，", " (", "=", ": "])


@given(st.lists(st.tuples(WORDS, GAPS).map("".join), max_size=5).map("".join))
def test_what_is_normalised_stays_so(text):
    once = normalised(text)
    assert normalised(once) == once
    assert normalised(normalised(text, (PLACES, TIMES))) == once


LONG = """
from analysis.regression.compare import Tolerance, compare_text
from analysis.regression.outputs import words

scraps = ["1", " ", "/", "(((", "a", "-", "1.", "1,", "1:", "/a", "\\\\a", "a1", "T_", "0x", "1 s "]
scraps += ["[00:01<", "…/", "中/", "1.1.1", "111,", "=", "1e", "[ "]
for scrap in scraps:
    list(compare_text(words(scrap * (200_000 // len(scrap))), "x", Tolerance()))
many = " ".join(map(str, range(20_000)))
assert len(list(compare_text(many, many.replace("1", "2"), Tolerance()))) > 10_000
print("read")
"""


def test_long_texts_are_soon_read():
    # One that looked at each character as often as there are characters would take hours.
    path = os.pathsep.join(sys.path)
    told = subprocess.run(
        [sys.executable, "-c", LONG],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert told.stdout == "read\n", told.stderr
