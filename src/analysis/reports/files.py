"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from analysis.errors import ReportError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    Parameters
    ----------
    path : Path
        Its folder is made if need be.
    content : bytes

    Raises
    ------
    ReportError
        If the file cannot be written; what stood there before still does.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise ReportError(
            f"无法写入 {path}：{reason}。请检查磁盘空间和文件夹权限。",
            f"Cannot write {path}: {reason}. Check the free space and the folder's permissions.",
        ) from error
