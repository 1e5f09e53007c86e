# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stage for the shipped playbook: simulated hosts, a controller, and what is left to look at after a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.controller import Controller, Run
from tests.engines import NewLab

PLAYBOOK = "sfb.teams_upgrade.waves"
NOTIFICATION_DAY = "2026-11-30T09:00:00+01:00"
UPGRADE_DAY = "2026-12-07T19:00:00+01:00"
FAST = 7200  # lab seconds in a second: a synchronisation takes a quarter of a second


@dataclass(frozen=True)
class Outcome:
    """What is left of one run: the report, and the calls that the hosts answered meanwhile."""

    report: Mapping[str, Any]
    calls: Sequence[Entry]

    @property
    def writes(self) -> list[Entry]:
        return [entry for entry in self.calls if entry.writes]

    @property
    def verdict(self) -> str:
        return str(self.report["verdict"])

    @property
    def users(self) -> dict[str, Mapping[str, Any]]:
        return {user["user"]: user for user in self.report["users"]}

    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Status and reason code by user."""
        return {name: (user["status"], code_of(user)) for name, user in self.users.items()}

    def actions(self) -> dict[str, list[str]]:
        """The cmdlets that changed something, by user, in order; in check mode those that would."""
        found = {
            name: [action for step in user["steps"] if step["status"] == "changed" for action in step["actions"]]
            for name, user in self.users.items()
        }
        return {name: actions for name, actions in found.items() if actions}

    def written(self) -> dict[str, list[str]]:
        """The cmdlets that wrote, by the user that they touched, by the hosts' journal."""
        found: dict[str, list[str]] = {}
        for entry in self.writes:
            for user in entry.users:
                found.setdefault(user.removeprefix("sip:"), []).append(entry.cmdlet)
        return found


@dataclass(frozen=True)
class Night(Outcome):
    """What is left of one run of the playbook: the run itself and the page as well."""

    run: Run
    page: str


class Stage:
    """A lab and a controller that knows its hosts."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.nights = 0
        self.controller = Controller(folder, lab.inventory())

    def night(self, now: str, plan: Mapping[str, Any], *, check: bool = False, **variables: object) -> Night:
        """Run the playbook at a moment, with the hosts' clock set to it unless it is later there."""
        return self.play(PLAYBOOK, now, check=check, **{"teams_upgrade_plan": plan} | variables)

    def play(self, playbook: str, now: str, *, check: bool = False, **variables: object) -> Night:
        """Run a playbook at a moment, with the hosts' clock set to it unless it is later there."""
        moment = datetime.fromisoformat(now)
        if self.lab.clock.now() < moment:
            self.lab.clock.set(moment)
        self.nights += 1
        reports = self.folder / f"reports-{self.nights}"
        known: dict[str, object] = {
            "teams_upgrade_now": now,
            "teams_upgrade_report_dir": str(reports),
            "teams_upgrade_report_name": "report",
            "teams_upgrade_sync_timeout": 20,
            "teams_upgrade_sync_interval": 1,
        }
        self.lab.journal.clear()
        run = self.controller.playbook(playbook, check=check, extra_vars=known | variables)
        assert "Traceback" not in run.output
        report = json.loads((reports / "report.json").read_text(encoding="utf-8"))
        page = (reports / "report.html").read_text(encoding="utf-8")
        return Night(report, self.lab.journal.entries(), run, page)


def code_of(user: Mapping[str, Any]) -> str:
    """The reason code of a user of a report; empty where there is none."""
    return str((user["reason"] or {}).get("code", ""))


SetStage = Callable[[Mapping[str, Any]], AbstractContextManager[Stage]]


@contextmanager
def set_stage(new_lab: NewLab, folder: Path, seed: Mapping[str, Any]) -> Iterator[Stage]:
    """Set the stage: hosts that hold what the seed says, with a clock that runs fast."""
    with new_lab({"clock": "2026-11-30T07:00:00Z"} | dict(seed)) as lab:
        lab.clock.rate = FAST
        yield Stage(lab, folder)


def wave(name: str, users: Sequence[str], **settings: object) -> dict[str, Any]:
    """A wave of a plan. Nobody waits for a notice, unless that is asked for."""
    return {"name": name, "upgrade_on": "2026-12-07", "users": list(users), "notice": "ignore"} | settings


def plan(*waves: Mapping[str, Any], **top: object) -> dict[str, Any]:
    return {"waves": list(waves)} | top
