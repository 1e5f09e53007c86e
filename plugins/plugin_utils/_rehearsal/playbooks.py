# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shipped playbooks, run for the simulated hosts as an administrator runs them for real ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .organisation import RehearsalFault
from .processes import reap

_START = Path(__file__).with_name("start_playbook.py")
# Settings of Ansible and of this collection are those of the real jobs; what AWX says of its job is about this one.
_OTHERS = re.compile(r"(ANSIBLE|TEAMS_UPGRADE|AWX|TOWER)_|JOB_ID$")
_ERROR = re.compile(r"Traceback|ERROR|fatal:|\[ERROR\]")
_TRACEBACK = "Traceback (most recent call last):"
# The code of users of a step that ended without an answer.
_UNEXPLAINED = "step_failed"
# To the simulated hosts, on loopback, no proxy leads.
_NO_PROXY = "127.0.0.1,localhost"


@dataclass(frozen=True, slots=True)
class Playbooks:
    """Runs playbooks in a folder of their own. `kept`: where the output of one that breaks is kept, a file name without its suffix."""

    folder: Path
    collections: str
    kept: Path

    @classmethod
    def prepared(cls, folder: Path, collections: str, kept: Path, inventory: Mapping[str, Any]) -> Playbooks:
        """Write what all runs share."""
        (folder / "ansible.cfg").touch()
        (folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
        (folder / "tmp").mkdir()
        return cls(folder, collections, kept)

    @property
    def reports(self) -> Path:
        """Where the playbooks' reports go."""
        return self.folder / "reports"

    def run(self, playbook: str, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Run a playbook until it ends, and return its report. Raises RehearsalFault where it broke, and therefore left none.

        Variables go by a file: a plan may be larger than a command line.
        """
        given = self.folder / f"{name}.vars.json"
        given.write_text(json.dumps(dict(variables)), encoding="utf-8")
        output, report = self.folder / f"{name}.log", self.reports / f"{name}.json"
        with output.open("wb") as file:
            done = subprocess.Popen(
                self._command(playbook, given),
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            code = done.wait()
        reap()
        said = output.read_text(encoding="utf-8", errors="replace").splitlines()
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        if problem := problem_of(found, code, said):
            raise RehearsalFault(self._broken(playbook, output, problem))
        return found

    def _broken(self, playbook: str, output: Path, problem: str) -> str:
        """Keep the output of a run that broke, and return what is wrong in a sentence."""
        log = self.kept.with_name(f"{self.kept.name}-broken.log")
        log.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        shutil.copyfile(output, log)
        log.chmod(0o640)
        return f"The rehearsal broke off, since the playbook {playbook} did: {problem} Its whole output is in {log}."

    def _command(self, playbook: str, given: Path) -> list[str]:
        mine = [sys.executable, "-P", str(_START), str(os.getpid())]
        return [*mine, "-i", str(self.folder / "inventory.json"), "--extra-vars", f"@{given}", playbook]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _OTHERS.match(name)}
        return kept | {
            "ANSIBLE_COLLECTIONS_PATH": self.collections,
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_NOCOLOR": "1",
            "NO_PROXY": _NO_PROXY,
            "no_proxy": _NO_PROXY,
            "TMPDIR": str(self.folder / "tmp"),
        }


def problem_of(report: Mapping[str, Any], code: int, said: Sequence[str]) -> str:
    """Return what broke in a run; empty where it has done its work, whatever came of it.

    What fails for users, or for the whole organisation, has a reason of its own. `report` is empty where there is none.
    """
    reasons = [user["reason"] for user in report.get("users", ()) if user["reason"]]
    unexplained = [reason["message"] for reason in reasons if reason["code"] == _UNEXPLAINED]
    broken_off = any(wave.get("broken_off") for wave in report.get("waves", ()))
    as_judged = code == 0 or (report.get("kind") == "waves" and report["failed"])
    if (
        report
        and as_judged
        and not (unexplained or broken_off)
        and not any(line.startswith(_TRACEBACK) for line in said)
    ):
        return ""
    first = next((line for line in said if _ERROR.search(line)), said[-1] if said else "it said nothing.")
    return first.strip() if broken_off else str(next(iter(unexplained), first.strip()))
