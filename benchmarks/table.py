"""Write the README's table of speed from the figures that ``batch.py`` left.

Run as ``python benchmarks/table.py``: it puts the table between its marks in both READMEs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "benchmarks" / "results" / "batch.json"
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
START, END = "<!-- speed -->", "<!-- /speed -->"
HEADS = {
    "en": ("measured on two processors", "here", "beside it", "ratio"),
    "zh": ("在两个处理器上测得", "本工具", "对照", "比值"),
}


def table(found: dict[str, Any], lang: str) -> str:
    """Return the table in a language, as Markdown."""
    rows = [HEADS[lang], ("---", "---", "---", "---"), *_rows(found, lang)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows(found: dict[str, Any], lang: str) -> list[tuple[str, ...]]:
    peers, engine, scale = found["peers"], found["engine"], found["scale"]
    few, many, dask, start = scale["few"], scale["many"], found["cluster"], found["start"]
    fork, peer = peers["fork"], peers["papermill"]
    seconds = "s" if lang == "en" else "秒"
    texts = {
        "en": (
            "unit reports a minute, two at a time; beside a pool of papermill and nbconvert",
            "processor time a report; beside ploomber-engine in one warm process",
            f"processor time a report among {many['counties']:,} counties; among {few['counties']}",
            f"memory of the batch's own process, {many['counties']:,} counties; {few['counties']}",
            f"a second run with nothing to do, {many['counties']:,} reports",
            f"{many['checked_a_second']:,.0f} reports a second",
            "reports a minute by two Dask workers; by the local pool",
            "`relief --help`; `python -c pass`",
        ),
        "zh": (
            "每分钟的单位报告，两份同时；对照 papermill 与 nbconvert 的进程池",
            "每份报告的处理器时间；对照单个热进程中的 ploomber-engine",
            f"{many['counties']:,} 个县时每份报告的处理器时间；{few['counties']} 个县时",
            f"批处理主进程的内存，{many['counties']:,} 个县；{few['counties']} 个县",
            f"没有变化时再运行一次，{many['counties']:,} 份报告",
            f"每秒 {many['checked_a_second']:,.0f} 份",
            "两个 Dask worker 每分钟的报告；本机进程池",
            "`relief --help`；`python -c pass`",
        ),
    }[lang]

    def taken(value: float, digits: int = 2) -> str:
        return f"{value:.{digits}f} {seconds}"

    def times(value: float) -> str:
        return f"{value:.2g} ×" if value < 10 else f"{value:.1f} ×"

    def minute(part: dict[str, Any]) -> str:
        return f"{part['reports_a_minute']:.0f}"

    return [
        (texts[0], minute(fork), minute(peer), times(peers["ratio"])),
        (texts[1], taken(engine["fork"]), taken(engine["ploomber"]), times(engine["ratio"])),
        (
            texts[2],
            taken(many["processor_seconds"]),
            taken(few["processor_seconds"]),
            f"{scale['ratio']:.2f} ×",
        ),
        (texts[3], f"{many['parent_mb']:.0f} MB", f"{few['parent_mb']:.0f} MB", ""),
        (texts[4], taken(many["second_seconds"], 1), texts[5], ""),
        (texts[6], minute(dask["cluster"]), minute(dask["local"]), f"{dask['ratio']:.2f} ×"),
        (
            texts[7],
            taken(start["help_seconds"], 3),
            taken(start["python_seconds"], 3),
            times(start["ratio"]),
        ),
    ]


def with_table(text: str, lang: str) -> str:
    """Return a README with the table of the stored figures between its marks."""
    found = json.loads(FIGURES.read_text(encoding="utf-8"))
    marked = f"{START}\n{table(found, lang)}\n{END}"
    return re.sub(f"{START}.*?{END}", lambda _: marked, text, flags=re.DOTALL)


def main() -> None:
    """Write both READMEs."""
    for lang, page in READMES.items():
        page.write_text(with_table(page.read_text(encoding="utf-8"), lang), encoding="utf-8")


if __name__ == "__main__":
    main()
