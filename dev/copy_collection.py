# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies this clone to where Ansible's tools want a collection: they refuse links, or look at what git ignores.

    python dev/copy_collection.py COLLECTIONS

`make copy` runs this, and so do the checks that need a copy.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build"


def files_of_the_clone() -> list[Path]:
    """What git tracks or would track, relative to the clone. Fails where the clone is no git repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode()
    paths = [Path(name) for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in paths if (ROOT / path).is_symlink() or (ROOT / path).is_file()]


def copy_collection(collections: Path, without: Path | None = None) -> Path:
    """Make `ansible_collections/sfb/teams_upgrade` anew below `collections`, as a git repository; return its path.

    `without` is a folder of the clone that is left out.
    """
    collection = collections / "ansible_collections" / "sfb" / "teams_upgrade"
    shutil.rmtree(collection, ignore_errors=True)
    for path in files_of_the_clone():
        if without is not None and path.is_relative_to(without):
            continue
        target = collection / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target, follow_symlinks=False)
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)
    subprocess.run(["git", "add", "--all"], cwd=collection, check=True)
    return collection


if __name__ == "__main__":
    copy_collection(Path(sys.argv[1]).resolve())
