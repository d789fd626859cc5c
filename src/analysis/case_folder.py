"""Where a case lies; needs no table, so that it loads at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

DESCRIPTION = "datapackage.json"
# Names the environment variable that says where cases lie whose own place is on another machine:
# a JSON object, folder by the name that the case is called by.
PLACES = "RELIEF_CASE_PLACES"


def find_folder(folder: Path) -> Path:
    """Return a case's folder: a relative one may also lie in a folder above the working one."""
    if PLACES in os.environ:
        placed = json.loads(os.environ[PLACES]).get(folder.as_posix())
        if placed:
            return Path(placed)
    if folder.is_absolute() or folder.exists():
        return folder
    above = (parent / folder for parent in Path.cwd().parents)
    return next((found for found in above if (found / DESCRIPTION).is_file()), folder)


def inside(path: Path, folder: Path) -> bool:
    """Tell whether a path, its links followed, lies in a folder."""
    return path.resolve().is_relative_to(folder.resolve())
