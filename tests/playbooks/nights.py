# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the shipped playbook for one wave on the same hosts, that are started, and ended by somebody else or on their own."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import NAME, RunLedger

from tests.controller import Controller
from tests.lab.waves.evidence import final_states, unexplained
from tests.playbooks.stage import PLAYBOOK, plan, wave

REPORT = "report"
# So many users are started by one run, as in jobs with a time limit: a wave takes several runs, and meets more kills.
MOST_USERS = 25


@dataclass
class Running:
    """A run of the playbook. `since` is where its calls begin in the journal."""

    process: subprocess.Popen[bytes]
    lab: Lab
    folder: Path
    reports: Path
    since: int
    began: float
    users: Sequence[str]

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def returncode(self) -> int | None:
        return self.process.returncode

    def going(self) -> bool:
        return self.process.poll() is None

    def wait(self, seconds: float) -> None:
        """Wait for the end. Raises TimeoutError."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None

    def entries(self) -> list[Entry]:
        """The calls that have come since it was started."""
        return self.lab.journal.entries()[self.since :]

    def shells(self, ports: set[int] | None = None) -> set[str]:
        """The shells that are open: on the hosts with these ports, or on all."""
        front = self.lab.front.endpoints
        return {
            shell.shell
            for shell in self.lab.journal.shells(still_open=True)
            if ports is None or front[shell.host].port in ports
        }

    def unlisted(self) -> list[str]:
        """A sentence for each user whom the report lacks, or lists without a status. Nothing where there is no report."""
        path = self.reports / f"{REPORT}.json"
        if not path.exists():
            return []
        listed = {user["user"]: user["status"] for user in json.loads(path.read_text(encoding="utf-8"))["users"]}
        return [f"{user} is not in the report" for user in self.users if not listed.get(user)]


class Nights:
    """The runs for one wave, with what all of them have written."""

    def __init__(self, lab: Lab, folder: Path, users: Sequence[str]) -> None:
        self.lab, self.folder, self.users = lab, folder, users
        self.controller = Controller(folder, lab.inventory())
        self._doubled: Counter[tuple[str, ...]] = Counter()

    @staticmethod
    def seed(users: Sequence[str]) -> dict[str, Any]:
        """Hosts of 2020, where each user online is granted a mode: of five users three are on-prem."""
        facts: list[dict[str, Any]] = [
            {"sip": user, "meetings": {"skype": 1}}
            | ({} if number % 5 < 3 else {"homing": "online", "policy": "Islands"})
            for number, user in enumerate(users)
        ]
        return {"profile": "2020", "clock": "2026-11-30T07:00:00Z", "users": facts}

    def start(self, now: datetime) -> Running:
        """Start a run at a moment of the plan."""
        if self.lab.clock.now() < now:
            self.lab.clock.set(now)
        self.controller.runs += 1
        number = self.controller.runs
        reports = self.folder / f"reports-{number}"
        known = {
            "teams_upgrade_plan": plan(wave("pilot", self.users, notice="enforce")),
            "teams_upgrade_now": now.isoformat(),
            "teams_upgrade_report_dir": str(reports),
            "teams_upgrade_report_name": REPORT,
            "teams_upgrade_sync_timeout": 20,
            "teams_upgrade_sync_interval": 1,
            "teams_upgrade_interrupted_timeout": 3,
            "teams_upgrade_most_users": MOST_USERS,
        }
        command = self.controller.command(PLAYBOOK, check=False, diff=False, extra_vars=known)
        environment = self.controller.environment(self.folder / f"record-{number}.jsonl")
        since = len(self.lab.journal.entries())
        process = self.controller.start(command, environment, self.folder / f"output-{number}.txt")
        return Running(process, self.lab, self.folder, reports, since, time.monotonic(), self.users)

    def newly_doubled(self) -> list[str]:
        """A sentence for each writing call that a host has carried out more often than once, and that was not said before."""
        carried_out = [each for each in self.lab.journal.entries(writes=True) if each.outcome == "done" or each.users]
        counts = Counter(
            (each.cmdlet, str(each.parameters.get("Identity")), str(each.parameters.get("PolicyName", "")))
            for each in carried_out
        )
        found = {what: count for what, count in counts.items() if count > 1 and count != self._doubled[what]}
        self._doubled.update({what: count - self._doubled[what] for what, count in found.items()})
        return [f"{' '.join(what)}: {count} times" for what, count in found.items()]

    def left_over(self, due: Due) -> list[str]:
        """The users for whom it is not done yet what is due."""
        with self._ledger().open() as ledger:
            users = ledger.users(Selection())
        done = {
            user["user"]
            for user in users
            if (user["notified_on"] if due is Due.NOTIFY else user["phase"] in ("upgraded", "done"))
        }
        return [user for user in self.users if user not in done]

    def astray(self) -> list[str]:
        """A sentence for each user who is not TeamsOnly, was never asked, or whom the ledger does not know as done."""
        with self._ledger().open() as ledger:
            users = {user["user"]: user for user in ledger.users(Selection())}
        states = final_states(self.lab)
        told = {
            str(each.parameters["Identity"]).removeprefix("sip:")
            for each in self.lab.journal.entries("Grant-CsTeamsUpgradePolicy")
            if each.outcome == "done" and each.parameters.get("PolicyName") != "UpgradeToTeams"
        }
        return [
            f"{user}: {states[user]}, {users[user]['phase'] if user in users else 'not in the ledger'}"
            for user in self.users
            if states[user] != "TeamsOnly"
            or user not in users
            or users[user]["phase"] not in ("upgraded", "done")
            or not users[user]["notified_on"]
            or user not in told
        ]

    def unexplained(self) -> list[str]:
        """What of the journal the ledger does not explain, and the reverse, as sentences."""
        with self._ledger().open() as ledger:
            events = ledger.events(Selection())
        return unexplained(self.lab.journal.entries(writes=True), events)

    def _ledger(self) -> RunLedger:
        return RunLedger(f"sqlite:///{self.folder / NAME}", None, 300, 1)
