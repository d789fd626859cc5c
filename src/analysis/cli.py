"""The command ``relief``: check a case, make one report, make them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

# Each command imports what it needs itself, so that --help answers at once.

app = typer.Typer(
    name="relief",
    help="困难群众救助补助资金：分配与需求、资金存量、HTML 报告。\n\n"
    "Social-assistance funds: share beside need, stock of funds, HTML reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DONE, FAILED, MISUSED = 0, 1, 2


def main() -> None:
    """Run the command line; end with 0 (done), 1 (something failed) or 2 (wrong usage)."""
    from analysis.errors import ReliefError, UsageError

    try:
        app()
    except UsageError as error:
        _stop(str(error), MISUSED)
    except ReliefError as error:
        _stop(str(error), FAILED)
    except KeyboardInterrupt:
        _stop(
            "已中断。再次运行同一命令即可继续。\nInterrupted. Run the same command to go on.", 130
        )


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="显示版本 / Show the version.")] = False,
) -> None:
    """Show the version when asked for it."""
    if show:
        from analysis import __version__

        typer.echo(f"relief-analysis {__version__}")
        raise typer.Exit


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
    from analysis.batch.jobs import find_languages
    from analysis.case import load_case
    from analysis.checks import findings

    (language,) = find_languages(lang)[:1]
    found = findings(load_case(case), lang=language)
    if as_json:
        typer.echo(found.to_json(orient="records", force_ascii=False, indent=1))
    else:
        _print_findings(found, language)
    if (found["severity"] == "error").any():
        raise typer.Exit(FAILED)


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
) -> None:
    """生成一份报告 / Make one report.

    同时写出 .ipynb、.json 和 .xlsx / Writes .ipynb, .json and .xlsx beside it.
    """
    from analysis.batch.jobs import single_job
    from analysis.batch.report import make_report

    job = single_job(notebook, case, unit, lang, parameter or [])
    _html_file(out)
    make_report(job, out)
    typer.echo(str(out))


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
) -> None:
    """生成案例的全部报告和索引页 / Make all reports of a case, and their index page.

    未变的报告不重做；有报告失败时退出码为 1。
    Unchanged reports are kept; ends with 1 when a report failed.
    """
    from analysis.batch.run import run_batch

    failed = run_batch(
        case, out, notebooks=notebook, units=units, langs=lang, workers=jobs, force=force
    )
    if failed:
        raise typer.Exit(FAILED)


@app.command()
def accept(
    notebook: Annotated[
        list[str] | None,
        typer.Argument(help="笔记本名称或路径，默认全部 / Notebooks; default all."),
    ] = None,
) -> None:
    """更新笔记本的参考输出 / Renew the notebooks' reference outputs.

    供有意的改动之后使用；用 git diff 查看变化。
    For changes that are meant; look at them with git diff.
    """
    from analysis.batch.accept import accept as renew

    changed = renew(notebook or [])
    for path in changed:
        typer.echo(str(path))
    if not changed:
        typer.echo("没有变化。\nNothing changed.")


def _html_file(out: Path) -> None:
    from analysis.errors import UsageError

    if out.suffix != ".html":
        raise UsageError(
            f"--out 须为 .html 文件，而不是“{out}”。",
            f"--out takes an .html file, not {str(out)!r}.",
        )


def _print_findings(found: object, lang: str) -> None:
    import pandas as pd
    from rich.console import Console
    from rich.text import Text

    from analysis.words import catalogue

    assert isinstance(found, pd.DataFrame)  # noqa: S101
    words = catalogue(lang)
    # Long lines break at the terminal's edge, and nowhere when the output is piped.
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    colour = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    for row in found.itertuples():
        place = _place(row)
        head = Text(words(f"cli.{row.severity}"), style=colour[str(row.severity)])
        console.print(head, Text(str(row.code), style="bold"), Text(place, style="dim"))
        console.print(Text(f"  {row.message}"))
        console.print(Text(f"  → {row.remedy}", style="dim"))
    counts = found["severity"].value_counts()
    console.print(
        words(
            "cli.findings_total",
            **{f"{name}s": int(counts.get(name, 0)) for name in ("error", "warning", "note")},
        )
    )


def _place(row: object) -> str:
    import pandas as pd

    parts = [getattr(row, key) for key in ("table", "row", "column")]
    return " ".join(str(part) for part in parts if not pd.isna(part) and str(part))


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)
