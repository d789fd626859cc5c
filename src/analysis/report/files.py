"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from analysis.errors import ReportError
from analysis.words import refusal


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
    write_together({path: content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together so that the last one never stands beside others' parts.

    All are on the disk before the first takes its place. The old last file goes first and the
    new one comes last: wherever it is, all others are of the same moment.

    Parameters
    ----------
    contents : mapping of Path to bytes
        Their folders are made if need be.

    Raises
    ------
    ReportError
        If a file cannot be written; what stood there before still does.
    """
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    path = Path()
    try:
        for path, part in parts.items():
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(contents[path])
                file.flush()
                os.fsync(file.fileno())
        if len(parts) > 1:
            path.unlink(missing_ok=True)
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise refusal(ReportError, "refusal.unwritable", path=path, reason=reason) from error
    finally:
        # Where all went well, none is there any more.
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
