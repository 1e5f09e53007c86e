# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rehearsal as its task sees it: a process that holds the simulated hosts, and says line by line how far it is."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail

_START = Path(__file__).absolute().parents[1] / "_start.py"
_SUPERVISOR = "_rehearsal.supervisor"
# The folder that holds `ansible_collections` with this collection.
_COLLECTIONS = _START.parents[5]
_LOOK_SECONDS = 0.5
_END_SECONDS = 10.0


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder for the rehearsal's files. Its name is short: sockets are made below it."""
    folder = Path(tempfile.mkdtemp(prefix="tu-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def collections_path() -> str:
    """Return where collections are for the rehearsal's playbooks: this one first, then where this run looks for them."""
    known = vars(constants).get("COLLECTIONS_PATHS") or []
    return os.pathsep.join(dict.fromkeys([str(_COLLECTIONS), *map(str, known)]))


def rehearse(job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the process says, until it ends. It is ended, with all that it has started, when this is left or ansible-playbook is gone.

    Raises AnsibleActionFail where it ends without having said what came of it.
    """
    log = Path(job["folder"]) / "process.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", str(_START), _SUPERVISOR],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=job["folder"],
            start_new_session=True,
        )
    try:
        if process.stdin is not None:
            process.stdin.write(json.dumps(dict(job), default=str).encode() + b"\n")
            process.stdin.flush()
        ended = False
        for line in _lines(process, os.getppid()):
            said = json.loads(line)
            ended = ended or "line" not in said
            yield said
        if not ended:
            last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2] if log.exists() else ""
            raise AnsibleActionFail(f"The process of the rehearsal has ended before its time. {last}".rstrip())
    finally:
        _end(process)


def _lines(process: subprocess.Popen[bytes], playbook: int) -> Iterator[bytes]:
    """Yield the lines that a process writes. Raises AnsibleActionFail where the playbook, whose process that is, was killed."""
    output = process.stdout
    if output is None:
        return
    pending = b""
    while True:
        readable, _dummy, _unused = select.select([output], [], [], _LOOK_SECONDS)
        if os.getppid() != playbook:
            raise AnsibleActionFail("ansible-playbook has ended.")
        if readable:
            found = os.read(output.fileno(), 1 << 16)
            if not found:
                return
            *lines, pending = (pending + found).split(b"\n")
            yield from lines


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process: it ends what it has started when its input ends."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
