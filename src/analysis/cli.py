"""The command ``relief``: check a case, make one report, make them all."""

from __future__ import annotations

import io
import os
import shlex
import signal
import sys
import time
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    import pandas as pd


def _say_nothing_of_interrupts(kind: Any, error: Any, trace: Any) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


# Ctrl-C may come while what follows is loaded, before there is a command to end.
sys.excepthook = _say_nothing_of_interrupts

import typer  # noqa: E402

# Each command imports what it needs itself, so that --help answers at once.

app = typer.Typer(
    name="relief",
    help="困难群众救助补助资金：分配与需求、资金存量、HTML 报告。\n\n"
    "Social-assistance funds: share beside need, stock of funds, HTML reports.",
    add_completion=False,
    rich_markup_mode=None,  # rich takes as long to import as all the rest
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
# What an interrupted command may take to end what it has started and clear away.
LEAVING_SECONDS = 5.0


def main() -> None:
    """Run the command line; end with 0 (done), 1 (something failed) or 2 (wrong usage)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except OSError as error:
        code = _refused(error)
    sys.exit(code)


def _run() -> int:
    from analysis.errors import ReliefError, UsageError

    try:
        _check_words(sys.argv)
        # A command that ends early returns its exit code here, and any other None.
        return int(app(standalone_mode=False) or DONE)
    except UsageError as error:
        return _say(str(error), MISUSED)
    except ReliefError as error:
        return _say(str(error), FAILED)
    except typer.TyperException as error:
        return _say(_usage(error), MISUSED)
    except typer.Abort:
        return INTERRUPTED


def _refused(error: OSError) -> int:
    """Tell what the system refused, unless that was to be heard."""
    with suppress(OSError):
        if not isinstance(error, BrokenPipeError):
            _say(_in_both("cli.system_error", reason=error), FAILED)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # Else the interpreter tries once more as it ends, and complains.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return FAILED


_IN_CHINESE = {
    "MissingParameter": "缺少必需的选项或参数",
    "NoSuchOption": "没有这个选项",
    "BadParameter": "取值不合要求",
}


def _usage(error: typer.TyperException) -> str:
    zh, said = _IN_CHINESE.get(type(error).__name__, "用法有误"), error.format_message()
    context = getattr(error, "ctx", None)
    help_word = f"{context.command_path if context else 'relief'} --help"
    return f"{zh}：{said}\n用法见 {help_word}\nWrong usage: {said}\nSee {help_word}"


def _check_words(words: list[str]) -> None:
    from analysis.errors import UsageError
    from analysis.words import refusal

    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise refusal(UsageError, "cli.not_utf8", word=word) from error


@app.callback(invoke_without_command=True)
def without_command(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="显示版本 / Show the version.")
    ] = False,
) -> None:
    """Show the version when asked for it, and the help when asked for nothing."""
    if version:
        from analysis import __version__

        typer.echo(f"relief-analysis {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(_say(context.get_help(), MISUSED))


Case = Annotated[
    str, typer.Option("--case", help="案例文件夹 / Folder of the case.", show_default=False)
]


@app.command()
def check(
    case: Annotated[str, typer.Argument(help="案例文件夹 / Folder of the case.")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON.")] = False,
    lang: Annotated[str, typer.Option(help="zh | en")] = "zh",
) -> None:
    """检查案例并列出发现的问题 / Check a case and list what was found.

    有“错误”级发现时退出码为 1 / Ends with 1 when a finding is an error.
    """
    from analysis.batch.jobs import find_language, open_case
    from analysis.checks import findings

    language = find_language(lang)
    found = findings(open_case(case), lang=language)
    if as_json:
        typer.echo(found.to_json(orient="records", force_ascii=False, indent=1))
    else:
        _print_findings(found, language)
    if (found["severity"] == "error").any():
        raise typer.Exit(FAILED)


_LIMITS = {
    "time": "每份报告的时限，秒 / Time for each report, seconds.（900）",
    "cell": "每个单元的时限，秒 / Time for each cell, seconds.（600）",
    "memory": "每份报告的内存上限，MB / Memory for each report, MB.（默认：内存的 80% 按同时"
    "运行的数目均分 / 80 % of the memory, shared by those at once）",
}
TimeLimit = Annotated[float | None, typer.Option(min=1, help=_LIMITS["time"], show_default=False)]
CellLimit = Annotated[float | None, typer.Option(min=1, help=_LIMITS["cell"], show_default=False)]
MemoryLimit = Annotated[
    float | None, typer.Option(min=1, help=_LIMITS["memory"], show_default=False)
]


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="笔记本名称或路径 / Name or path of a notebook.")],
    case: Case,
    out: Annotated[Path, typer.Option(help="HTML 文件 / The HTML file to write.")],
    unit: Annotated[
        str | None, typer.Option(help="单位代码或名称 / Code or name of a unit.")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh | en")] = "zh",
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", help="笔记本参数 NAME=VALUE / A notebook's parameter."),
    ] = None,
    pdf: Annotated[
        bool,
        typer.Option(
            "--pdf",
            help="另存为 PDF，由本机的 Chromium、Chrome 或 Edge 打印 / A PDF, too, printed by "
            "Chromium, Chrome or Edge on this machine.",
        ),
    ] = False,
    time_limit: TimeLimit = None,
    cell_limit: CellLimit = None,
    memory_limit: MemoryLimit = None,
) -> None:
    """生成一份报告 / Make one report.

    同时写出 .ipynb、.json 和 .xlsx；加 --pdf 再写出 .pdf。
    Writes .ipynb, .json and .xlsx beside it; with --pdf also .pdf.
    """
    from analysis.batch.jobs import Order, single_job
    from analysis.batch.limits import Limits
    from analysis.batch.links import Links, other_language
    from analysis.batch.report import commit, make
    from analysis.report.pdf import find_browser

    _check_html_file(out)
    job = single_job(notebook, case, unit, lang, parameter or [])
    browser = find_browser() if pdf else None
    limits = Limits.of(time_limit, cell_limit, memory_limit)
    # What asks the program to end ends the browser, too.
    _end_in_order()
    links = Links(other_language(out, job.lang))
    make(Order(job, out, links, commit(), limits, browser=browser))
    typer.echo(str(out))
    printed = out.with_suffix(".pdf")
    if pdf:
        typer.echo(str(printed))
    elif printed.exists():
        _say(_in_both("cli.old_pdf", pdf=printed), DONE)


@app.command()
def batch(
    case: Case,
    out: Annotated[Path, typer.Option(help="输出文件夹 / Folder for the reports.")],
    notebook: Annotated[
        list[str] | None,
        typer.Option(
            help="笔记本，可重复（默认总览与单位报告）/ A notebook; may be repeated. "
            "Default: overview and unit reports."
        ),
    ] = None,
    units: Annotated[
        str, typer.Option(help="all 或以逗号分隔的单位 / all, or units by commas.")
    ] = "all",
    lang: Annotated[str, typer.Option(help="zh,en")] = "zh,en",
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, help="同时运行的数目 / How many at once.（默认：处理器数 / processors）"
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="未变的也重做 / Make unchanged reports again.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="只列出要做什么、为什么 / Only say what would be made, and why."
        ),
    ] = False,
    fail_fast: Annotated[
        bool,
        typer.Option(
            "--fail-fast/--keep-going",
            help="一份失败即停止，或继续其余 / Stop at the first failure, or go on.",
        ),
    ] = False,
    scheduler: Annotated[
        str,
        typer.Option(
            help="Dask 调度器地址 tcp://主机:端口 / Address of a Dask scheduler.",
            show_default=False,
        ),
    ] = "",
    time_limit: TimeLimit = None,
    cell_limit: CellLimit = None,
    memory_limit: MemoryLimit = None,
) -> None:
    """生成案例的全部报告和索引页 / Make all reports of a case, and their index page.

    未变的报告不重做；有报告失败时退出码为 1。
    Unchanged reports are kept; ends with 1 when a report failed.
    """
    from analysis.batch.jobs import DEFAULT_NOTEBOOKS
    from analysis.batch.limits import Limits
    from analysis.batch.processes import available_workers
    from analysis.batch.run import BatchOptions, BatchRequest, run_batch, show_plan
    from analysis.errors import UsageError
    from analysis.words import refusal

    asked = BatchRequest(case, out, notebook or DEFAULT_NOTEBOOKS, units, lang, force)
    if dry_run:
        show_plan(asked)
        return
    if scheduler:
        if jobs:
            raise refusal(UsageError, "cli.jobs_with_scheduler")
        # What is at hand there is not known here.
        memory_limit = memory_limit or inf
    workers = jobs or available_workers()
    limits = Limits.of(time_limit, cell_limit, memory_limit, at_once=workers)
    # What asks a program to end, as a job's time-out does, ends the reports at work with it.
    _end_in_order()
    try:
        complete = run_batch(asked, BatchOptions(workers, limits, fail_fast, scheduler))
    except KeyboardInterrupt as error:
        raise typer.Exit(_say(_in_both("cli.interrupted"), INTERRUPTED)) from error
    if not complete:
        raise typer.Exit(FAILED)


@app.command()
def accept(
    name: Annotated[
        list[str] | None,
        typer.Argument(
            help="笔记本、matrix.toml 或其中一个运行（matrix.toml::名称）；all 为全部 / Notebooks, "
            "a matrix.toml, or one of its runs (matrix.toml::NAME); all for everything."
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="有未提交的改动也更新 / Renew files with uncommitted changes, too."
        ),
    ] = False,
) -> None:
    """显示参考输出的变化，并接受所点名的 / Show what changed, and accept what is named.

    不写名称时只显示，不改动；有变化则退出码为 1。
    Without a name nothing is changed; ends with 1 when something differs.
    """
    from analysis.regression.accept import check_acceptable, compare, data_errors, renew
    from analysis.words import side_by_side

    found = compare(name or [])
    changed = [each for each in found if each.changed]
    for each in found:
        typer.echo("\n".join(each.lines()))
    for line in data_errors(found):
        typer.echo(line, err=True)
    if not changed:
        return
    if not name:
        names = shlex.join(dict.fromkeys(each.name for each in changed))
        typer.echo(_in_both("regression.look_only", names=names))
        raise typer.Exit(FAILED)
    if not force:
        check_acceptable(changed)
    renew(changed)
    for each in changed:
        done = "accepted" if each.content else "removed"
        typer.echo(f"{side_by_side(f'regression.{done}')}: {each.path}")


def _end_in_order() -> None:
    """Let an interrupt and a request to end be one; the next soon after does not disturb it."""
    asked = -inf

    def end(number: int, frame: object) -> None:
        nonlocal asked
        now = time.monotonic()
        if now - asked > LEAVING_SECONDS:
            asked = now
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _check_html_file(out: Path) -> None:
    from analysis.errors import UsageError
    from analysis.words import refusal

    if out.suffix != ".html" or out.is_dir():
        raise refusal(UsageError, "cli.out_not_html", out=str(out))


def _print_findings(found: pd.DataFrame, lang: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from analysis.words import catalogue

    words = catalogue(lang)
    # Long lines break at the terminal's edge, and nowhere when the output is piped.
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    colours = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    for row in found.astype(object).where(found.notna(), "").to_dict("records"):
        place = " ".join(str(row[key]) for key in ("table", "row", "column") if row[key] != "")
        head = Text(words(f"cli.{row['severity']}"), style=colours[row["severity"]])
        console.print(head, Text(row["code"], style="bold"), Text(place, style="dim"))
        console.print(Text(f"  {row['message']}"))
        console.print(Text(f"  → {row['remedy']}", style="dim"))
    counts = {f"{name}s": int((found["severity"] == name).sum()) for name in colours}
    console.print(words("cli.findings_total", **counts))


def _in_both(key: str, **values: object) -> str:
    from analysis.words import in_both

    both = in_both(key, **values)
    return f"{both.zh}\n{both.en}"


def _say(message: str, code: int) -> int:
    typer.echo(message, err=True)
    return code
