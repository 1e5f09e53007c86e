# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report's files: where they go by default, how they are written, and links to the latest ones."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ansible.errors import AnsibleActionFail

from ...module_utils._wave.document import whole
from .page import render
from .spreadsheet import as_csv

FOLDER = "teams-upgrade-reports"
# Of a report: names of users are in it.
MODE = 0o640


def default_folder(sources: Sequence[str], here: Path) -> Path:
    """Return the folder of reports where none is named: beside the inventory, and never inside of it.

    `sources` are the inventory's, as Ansible names them. Everything in a folder that is an inventory is read as inventory by the next run.
    """
    paths = [Path(source).resolve() for source in sources if source and "," not in source and Path(source).exists()]
    roots = [path for path in paths if path.is_dir()]
    folder = paths[0].parent if paths else here.resolve()
    while inside := next((root for root in roots if root == folder or root in folder.parents), None):
        folder = inside.parent
    return folder / FOLDER


def folder_of(named: object, variables: Mapping[str, object]) -> Path:
    """Return the folder of reports: the one that is named, or the default for the inventory of this run.

    Raises AnsibleActionFail for what is no text.
    """
    if named and isinstance(named, str):
        return Path(named).expanduser()
    if named:
        raise AnsibleActionFail(f"The folder of reports is {named!r}: write a path as text (teams_upgrade_report_dir).")
    sources = variables.get("ansible_inventory_sources")
    return default_folder([str(source) for source in sources] if isinstance(sources, (list, tuple)) else [], Path.cwd())


def write_report(report: Mapping[str, object], folder: Path, name: str) -> Path:
    """Write NAME.json, NAME.csv and NAME.html, link latest.json, latest.csv and latest.html to them, and return the path of the page.

    `report` has the shape of `_wave.document`; what it lacks is empty. Check mode and each kind but waves have links of their own.
    Raises AnsibleActionFail where the folder cannot be written to.
    """
    report = whole(report)
    latest = _latest(str(report["kind"]), check_mode=bool(report["check_mode"]))
    parts = {".json": _as_json(report), ".csv": as_csv(report), ".html": [render(report, data=f"{name}.csv")]}
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        for suffix, some in parts.items():
            _write(folder / f"{name}{suffix}", some)
            if name != latest:
                _link(folder / f"{latest}{suffix}", f"{name}{suffix}")
    except OSError as error:
        raise AnsibleActionFail(
            f"The report cannot be written to {folder}: {error.strerror or error}. Name another folder in teams_upgrade_report_dir."
        ) from None
    return folder / f"{name}.html"


def _latest(kind: str, *, check_mode: bool) -> str:
    """Return the name of the links to the last report: `latest` of waves, `latest-drift`, `latest-rollback-check` and so on."""
    of_kind = "" if kind == "waves" else f"-{kind}"
    # Readiness, drift and rehearsals write nothing to any host, in check mode or not.
    return f"latest{of_kind}{'-check' if check_mode and kind in ('waves', 'rollback') else ''}"


def check_folder(folder: Path, name: str) -> None:
    """Raise AnsibleActionFail where a report of this name cannot be written to the folder: before anybody is changed, not afterwards."""
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=f".{name}.html.", dir=folder):
            pass
    except OSError as error:
        raise AnsibleActionFail(
            f"Nothing was done, since reports cannot be written to {folder}: {error.strerror or error}. Name another folder in "
            "teams_upgrade_report_dir, or another file in teams_upgrade_report_name."
        ) from None


def write_changed(folder: Path, texts: Mapping[str, str], *, predict: bool) -> bool:
    """Write files by name, and return whether one of them is new or another than before. With `predict` nothing is written.

    Raises AnsibleActionFail where the folder cannot be read or written to.
    """
    try:
        changed = {name: text for name, text in texts.items() if _text(folder / name) != text.encode()}
        for name, text in changed.items() if not predict else ():
            _write(folder / name, [text])
    except OSError as error:
        raise AnsibleActionFail(
            f"The files cannot be written to {folder}: {error.strerror or error}. Name another folder in teams_upgrade_report_dir."
        ) from None
    return bool(changed)


def check_name(value: object) -> str:
    """Return the name of a report without its suffix, empty where none is given. Raises AnsibleActionFail for what is no file name."""
    name = str(value or "")
    if Path(name).name != name or name.startswith(".") or "\0" in name:
        raise AnsibleActionFail(f"teams_upgrade_report_name is {name!r}: write a file name without folders.")
    return name


def _as_json(report: Mapping[str, object]) -> Iterator[str]:
    """Yield a report as JSON with each user on a line. Indented throughout, a large one takes several times as long and as much room."""
    before = "{\n"
    for key, value in report.items():
        yield f"{before}{json.dumps(key)}: "
        yield from _in_lines(value)
        before = ",\n"
    yield "\n}\n"


def _in_lines(value: object) -> Iterator[str]:
    items = value if isinstance(value, (list, tuple)) else ()
    if not items:
        yield json.dumps(value, ensure_ascii=False)
        return
    before = "[\n "
    for item in items:
        yield f"{before}{json.dumps(item, ensure_ascii=False)}"
        before = ",\n "
    yield "\n]"


def _text(path: Path) -> bytes | None:
    """Return what a file holds; None where there is none, or others may read it."""
    try:
        return path.read_bytes() if path.stat().st_mode & 0o7777 == MODE else None
    except FileNotFoundError:
        return None


def _write(path: Path, parts: Iterable[str]) -> None:
    """Write a file as a whole or not at all. Names of users are in it, which not everybody is to read."""
    handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(parts)
        Path(new).chmod(MODE)
        Path(new).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(new).unlink()
        raise


def _link(path: Path, target: str) -> None:
    """Point `path` to `target` in the same folder. On file systems without links there is none."""
    new = path.with_name(f".{path.name}.new")
    with contextlib.suppress(OSError):
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(path)
