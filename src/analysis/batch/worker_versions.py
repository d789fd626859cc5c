"""What must be the same wherever reports of one batch are made, and how to say what is not."""

from __future__ import annotations

import asyncio
import multiprocessing
import platform
from collections.abc import Mapping

from analysis.batch.server import can_fork
from analysis.errors import ClusterError

Texts = tuple[str, str]

# How a Dask worker is started where it is not forked from: a nanny forbids it processes.
NO_NANNY = "dask worker --no-nanny"


def facts() -> dict[str, str]:
    """Return versions of all that a report's bytes rest on, by name."""
    from analysis.batch.keys import package_fingerprint, versions

    python = ".".join(platform.python_version_tuple()[:2])
    files = package_fingerprint()[:12]
    return {"Python": python, **versions(), "files of relief-analysis": files}


async def facts_there() -> dict[str, str]:
    """Return `facts` without keeping a Dask process's own loop from its work.

    Raises
    ------
    RuntimeError
        If this Dask worker may not start processes.
    """
    if not can_fork() and multiprocessing.current_process().daemon:
        raise RuntimeError(NO_NANNY)
    return await asyncio.to_thread(facts)


def unlike(here: Mapping[str, str], there: Mapping[str, str] | Exception) -> Texts | None:
    """Say in Chinese and English what another process lacks or has otherwise; None if nothing.

    Parameters
    ----------
    here : mapping
        The `facts` of this process.
    there : mapping or Exception
        Those of the other one, or what was raised when it was asked.

    Examples
    --------
    >>> unlike({"pandas": "3.1.1"}, {"pandas": "3.0.0"})[1]
    'pandas 3.0.0, here 3.1.1'
    >>> unlike({}, ModuleNotFoundError("No module named 'analysis'"))[1]
    'relief-analysis is not installed there'
    """
    if isinstance(there, Exception):
        return _lacks(f"{type(there).__name__}: {there}")
    other = [
        (name, there.get(name, "–"), version)
        for name, version in here.items()
        if there.get(name) != version
    ]
    if not other:
        return None
    return (
        "；".join(f"{name} {theirs}，本机 {ours}" for name, theirs, ours in other),
        "; ".join(f"{name} {theirs}, here {ours}" for name, theirs, ours in other),
    )


def _lacks(error: str) -> Texts:
    # Dask may wrap one error in another: only the text tells.
    if "No module named 'analysis'" in error:
        return "没有安装 relief-analysis", "relief-analysis is not installed there"
    if any(kind in error for kind in ("ModuleNotFoundError", "ImportError", "AttributeError")):
        return (
            f"relief-analysis 的版本不同（{error}）",
            f"another version of relief-analysis ({error})",
        )
    if NO_NANNY in error:
        return f"请用 {NO_NANNY} 启动", f"start it as {NO_NANNY}"
    return error, error


def not_alike(found: Mapping[str, Texts]) -> ClusterError:
    """Return the error that tells who is unlike this process, and in what."""
    zh, en = ("\n".join(f"  {who}: {texts[n]}" for who, texts in found.items()) for n in (0, 1))
    return ClusterError(
        f"这些 Dask 进程不能生成这批报告：\n{zh}\n请在那里安装与本机相同的版本（例如按 "
        "requirements.lock），再重新启动它们。",
        f"These Dask processes cannot make the reports:\n{en}\nInstall the versions of this "
        "machine there (for example by requirements.lock), and start them again.",
    )
