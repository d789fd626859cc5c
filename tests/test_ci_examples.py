"""The examples in docs/ci do what they say: their lines run in a repository as a user has it."""

import re
import shutil
import xml.etree.ElementTree as ET
from functools import cache

import pytest
import yaml
from repositories import ROOT, make_repository, relief, run

import analysis

CI = ROOT / "docs" / "ci"
GITHUB = yaml.safe_load((CI / "github-actions.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))
PAGES = [
    ROOT / "docs" / f"{name}{lang}.md"
    for name in ("notebook-tests", "ci")
    for lang in ("", ".zh-CN")
]
HOOKS = f"git add --all && pre-commit run --config {CI / 'pre-commit-config.yaml'}"
CHANGE = (
    "sed -i.bak 's/^654221,98,/654221,99,/' data/tacheng-2024/allocation.csv && rm data/*/*.bak"
)


def github_lines(job):
    return [step["run"] for step in GITHUB["jobs"][job]["steps"] if "run" in step]


def action(job, name):
    """Return what a job gives to each step of one action."""
    steps = [each for each in GITHUB["jobs"][job]["steps"] if each.get("uses", "").startswith(name)]
    return [each.get("with", {}) for each in steps]


def shown_lines():
    """Return every line of shell that a page shows."""
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    ]
    return list(dict.fromkeys(line for line in "".join(blocks).splitlines() if line))


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return make_repository(tmp_path_factory.mktemp("user") / "repository")


@pytest.fixture
def changed(repository, tmp_path):
    """Return a copy in which somebody has changed an amount."""
    copy = shutil.copytree(repository, tmp_path / "changed")
    assert run(copy, CHANGE).returncode == 0
    return copy


@pytest.fixture(scope="module")
def ran(repository):
    """Run a line of a job once, though two examples have it."""
    return cache(lambda line, case: run(repository, line, CASE=case))


JOBS = {
    "github": (GITHUB["env"]["CASE"], [github_lines("test"), github_lines("reports")]),
    "gitlab": (
        GITLAB["variables"]["CASE"],
        [GITLAB["test"]["script"], GITLAB["reports"]["script"]],
    ),
}


@pytest.mark.parametrize("which", JOBS)
def test_the_lines_of_the_jobs_run_and_write_what_is_uploaded(which, repository, ran):
    case, jobs = JOBS[which]
    for lines in jobs:
        install, *others = lines
        assert install == "pip install -r requirements.txt"
        assert others
        for line in others:
            done = ran(line, case)
            assert done.returncode == 0, done.stdout + done.stderr
    kept = {
        "github": [
            each["path"] for job in ("test", "reports") for each in action(job, "actions/upload")
        ],
        "gitlab": [*GITLAB["test"]["artifacts"]["paths"], *GITLAB["reports"]["artifacts"]["paths"]],
    }[which]
    assert kept == ["results/", "public/"]
    assert all(any((repository / path).iterdir()) for path in kept)
    assert (repository / "public" / "index.html").exists()
    assert (repository / "public" / "tacheng-2024" / "unit_report.654221.en.html").exists()
    # No other file of the repository was touched.
    assert run(repository, "git status --porcelain").stdout == "?? public/\n?? results/\n"


def test_the_report_of_tests_names_each_cell_and_run(repository, ran):
    line = GITLAB["test"]["script"][-1]
    assert ran(line, GITLAB["variables"]["CASE"]).returncode == 0
    report = ET.parse(repository / GITLAB["test"]["artifacts"]["reports"]["junit"])  # noqa: S314
    names = [(each.get("classname"), each.get("name")) for each in report.iter("testcase")]
    assert ("notebooks.overview_report.ipynb", "Cell 2") in names
    assert "overview_report.tacheng-2024.en" in [name for _, name in names]


def test_both_examples_do_the_same():
    assert github_lines("test") == GITLAB["test"]["script"]
    assert github_lines("reports") == GITLAB["reports"]["script"]
    wanted = (CI / "requirements.txt").read_text(encoding="utf-8")
    assert wanted == f"relief-analysis[test]=={analysis.__version__}\n"


def test_the_failure_that_the_pages_show_is_a_real_one_and_is_accepted_as_they_say(changed):
    # The hooks look at what changed alone: no notebook did.
    told = run(changed, HOOKS)
    assert told.returncode == 1
    assert re.search(r"^relief check\.+Failed", told.stdout)
    assert re.search(r"notebook tests\.+\(no files to check\)Skipped", told.stdout)
    # But what one shows did.
    notebook = "notebooks/overview_report.ipynb"
    failed = run(changed, f"pytest --nbval --relief --color=no {notebook}")
    assert failed.returncode == 1
    for page in PAGES[:2]:
        text = page.read_text(encoding="utf-8")
        (message,) = re.findall(r"```\n(allocation\.csv .*?)```", text, re.DOTALL)
        assert message in failed.stdout
    command = message.splitlines()[-1].strip()
    assert command in shown_lines()
    code, told = relief(changed, command.removeprefix("relief "))
    assert code == 0, told
    # Now that notebook changed, and is as it shows; the other one's three cells are left out.
    told = run(changed, f"{HOOKS} --verbose", SKIP="relief-check")
    assert re.search(r"notebook tests\.+Passed", told.stdout)
    assert "5 passed" in told.stdout


def test_no_job_may_do_more_than_it_needs():
    jobs = GITHUB["jobs"]
    assert GITHUB["permissions"] == {"contents": "read"}
    may = {name: job["permissions"] for name, job in jobs.items() if "permissions" in job}
    assert may == {"publish": {"pages": "write", "id-token": "write"}}
    checkouts = [given for name in jobs for given in action(name, "actions/checkout")]
    assert checkouts == [{"persist-credentials": False}] * 2
    used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", each) for each in used)
    assert all(job["timeout-minutes"] <= 60 for job in jobs.values())
    for path in CI.glob("*.yml"):
        assert "secrets." not in path.read_text(encoding="utf-8")


def test_gitlab_publishes_what_the_batch_made_from_the_default_branch_alone(repository, ran):
    pages = GITLAB["pages"]
    assert pages["needs"] == ["reports"]
    assert pages["rules"] == [
        {"if": '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $PUBLISH_REPORTS == "yes"'}
    ]
    assert pages["artifacts"]["paths"] == GITLAB["reports"]["artifacts"]["paths"] == ["public/"]
    assert ran(GITLAB["reports"]["script"][-1], GITLAB["variables"]["CASE"]).returncode == 0
    assert [run(repository, line).returncode for line in pages["script"]] == [0]
    stages = [GITLAB[job]["stage"] for job in ("test", "reports", "pages")]
    assert stages == GITLAB["stages"]
    cached = GITLAB["variables"]["PIP_CACHE_DIR"].removeprefix("$CI_PROJECT_DIR/")
    assert GITLAB["default"]["cache"]["paths"] == [cached]


def test_ruff_runs_when_asked(changed):
    (line,) = [line for line in shown_lines() if line.startswith("pre-commit run")]
    config = f" --config {CI / 'pre-commit-config.yaml'}"
    told = run(changed, line + config)
    assert told.returncode == 0, told.stdout
    assert re.search(r"ruff check\.+Passed", told.stdout)


def test_every_command_of_the_pages_is_taken(repository):
    lines = shown_lines()
    tests = [line for line in lines if line.startswith("pytest ")]
    commands = [line for line in lines if line.startswith("relief ")]
    assert {line.split()[0] for line in lines} == {"pytest", "relief", "pip", "pre-commit"}
    # Those of the jobs are run above.
    run_in_jobs = re.sub(r" --(color|junitxml)=\S+", "", GITLAB["test"]["script"][-1])
    assert tests == [run_in_jobs]
    for line in commands:
        code, told = relief(repository, line.removeprefix("relief "))
        assert code == 0, told
