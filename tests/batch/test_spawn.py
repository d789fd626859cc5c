"""Where processes cannot be forked, a batch makes the same reports in processes started anew."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What Windows has not: every Python process runs this as it starts.
HIDES = """import os
for name in ("fork", "forkpty", "memfd_create", "pidfd_open", "pread", "register_at_fork"):
    if hasattr(os, name):
        delattr(os, name)
"""


def reports(folder, **environment):
    """Make a shipped notebook's report, and that of one that dies; return the files."""
    words = ["batch", "--case", "data/tacheng-2024", "--lang", "zh", "--units", "654201"]
    words += ["--notebook", "unit_report", "--notebook", str(folder / "dies.ipynb")]
    done = subprocess.run(
        [Path(sys.executable).parent / "relief", *words, "--jobs", "2", "--out", folder / "out"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "1 made, 0 unchanged, 1 failed" in done.stdout
    assert "exit code 3" in done.stderr
    found = {path.name: path.read_bytes() for path in (folder / "out" / "tacheng-2024").iterdir()}
    (folder / "out").rename(folder / f"out-{len(environment)}")
    return found


def test_the_reports_are_the_same(tmp_path):
    shipped = (ROOT / "notebooks" / "unit_report.ipynb").read_text(encoding="utf-8")
    dies = shipped.replace("from analysis", "import os; os._exit(3)\\nfrom analysis", 1)
    (tmp_path / "dies.ipynb").write_text(dies, encoding="utf-8")
    (tmp_path / "hides").mkdir()
    (tmp_path / "hides" / "sitecustomize.py").write_text(HIDES, encoding="utf-8")
    paths = os.pathsep.join(filter(None, (str(tmp_path / "hides"), os.environ.get("PYTHONPATH"))))
    spawned = reports(tmp_path, PYTHONPATH=paths)
    assert spawned == reports(tmp_path)
    assert len(spawned) == 4
