# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pilot wave of a sample organisation, from the notification to the last converted meeting, on simulated hosts.

The shipped playbook does the work, over real PowerShell remoting sessions. The hosts' clock runs fast, so that the directory's
synchronisation and the queue of the meeting service take seconds. Ends with 0 only if everything came out as it should.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.console import table
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

HERE = Path(__file__).parent
REPORTS = HERE.parent / ".build" / "demo"
NOTIFICATION_DAY = "2026-11-30T09:00:00+01:00"
UPGRADE_DAY = "2026-12-07T19:00:00+01:00"
LAB_SECONDS_PER_SECOND = 1200


@dataclass(frozen=True, slots=True)
class Day:
    """One run of the playbook. `name` is the report's, `now` the moment of the run, `meetings_wait` whether it waits for them."""

    name: str
    title: str
    now: str
    meetings_wait: bool = False

    @property
    def report(self) -> Path:
        """The report for people; the one for machines ends in .json."""
        return REPORTS / f"{self.name}.html"

    def variables(self) -> dict[str, Any]:
        """The variables of the playbook beside the plan."""
        return {
            "teams_upgrade_plan_dir": str(HERE),
            "teams_upgrade_now": self.now,
            "teams_upgrade_report_dir": str(REPORTS),
            "teams_upgrade_report_name": self.name,
            "teams_upgrade_sync_timeout": 30,
            "teams_upgrade_sync_interval": 1,
            "teams_upgrade_meetings_wait": self.meetings_wait,
            "teams_upgrade_meetings_wait_timeout": 60,
            "teams_upgrade_meetings_wait_interval": 1,
        }


NOTIFICATION = Day("1-notification", "30 November: users of the pilot are notified", NOTIFICATION_DAY)
UPGRADE = Day("2-upgrade", "7 December: they are upgraded, with their meetings", UPGRADE_DAY, meetings_wait=True)
AGAIN = Day("3-again", "The same once more: nothing is left to do", UPGRADE_DAY, meetings_wait=True)


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--engine", default="embedded", help="what answers on the hosts: embedded, or pwsh")
    parser.add_argument("--profile", help="the world, 2020 or today, instead of the sample's")
    return parser.parse_args(arguments)


def seed(profile: str | None) -> Mapping[str, Any]:
    """Return the sample organisation, in its own world or in another."""
    loaded: dict[str, Any] = yaml.safe_load((HERE / "seed.yml").read_text(encoding="utf-8"))
    return loaded | ({"profile": profile} if profile else {})


def main() -> int:
    """Run the demo; return the exit code."""
    chosen = options()
    started = time.monotonic()
    REPORTS.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="tu-") as name,
        Lab(seed(chosen.profile), engine=chosen.engine) as lab,
    ):
        folder = Path(name)
        (folder / "inventory.json").write_text(json.dumps(lab.inventory()), encoding="utf-8")
        lab.clock.rate = LAB_SECONDS_PER_SECOND
        problems = []
        for day in (NOTIFICATION, UPGRADE, AGAIN):
            moment = datetime.fromisoformat(day.now)
            if lab.clock.now() < moment:
                lab.clock.set(moment)
            lab.journal.clear()
            problems += [f"{day.title}: {problem}" for problem in work(day, folder)]
            writes = [entry.cmdlet for entry in lab.journal.entries(writes=True)]
            print(f"  calls that write, on the hosts: {counted(writes)}")
            if day is AGAIN and writes:
                problems.append("the second run wrote to the hosts")
        problems += [f"{shell.shell} was left open on {shell.host}" for shell in left_open(lab)]
    print(f"\n{time.monotonic() - started:.0f} seconds. The report of the upgrade: {UPGRADE.report}")
    for problem in problems:
        print(f"NOT AS IT SHOULD BE: {problem}", file=sys.stderr)
    return 1 if problems else 0


def work(day: Day, folder: Path) -> list[str]:
    """Run the playbook for a day, print what came of it, and return what is wrong with it."""
    print(f"\n{day.title}\n{'=' * len(day.title)}", flush=True)
    day.report.with_suffix(".json").unlink(missing_ok=True)
    log = day.report.with_suffix(".log")
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            command(day), cwd=folder, env=environment(folder), stdout=output, stderr=output, check=False
        )
    if not day.report.with_suffix(".json").exists():
        print(log.read_text(encoding="utf-8"))
        return ["there is no report"]
    report = json.loads(day.report.with_suffix(".json").read_text(encoding="utf-8"))
    print("\n".join(f"  {line}" for line in table(report)))
    print(f"  report: {day.report}\n  output of the playbook: {log}")
    problems = [f"the playbook ended with {done.returncode}: {report['verdict']}"] if done.returncode else []
    changed = changed_tasks(log)
    if day is AGAIN and (changed != 0 or any(user["changed"] for user in report["users"])):
        problems.append(f"{changed} tasks changed something")
    if day is not AGAIN and not changed:
        problems.append("nothing was changed")
    return problems


def command(day: Day) -> Sequence[str]:
    """Return the command line of the playbook."""
    playbook = str(Path(sys.executable).with_name("ansible-playbook"))
    values = ["--extra-vars", f"@{HERE / 'plan.yml'}", "--extra-vars", json.dumps(day.variables())]
    return [playbook, "-i", "inventory.json", "sfb.teams_upgrade.waves", *values]


def environment(folder: Path) -> Mapping[str, str]:
    """Return the environment: this one, without the user's settings of Ansible, except for where collections are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    (folder / "ansible.cfg").touch()
    return kept | {
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_NOCOLOR": "1",
    }


def changed_tasks(log: Path) -> int:
    """Return how many tasks changed something, by the playbook's own recap; -1 where there is none."""
    recap = [line for line in log.read_text(encoding="utf-8").splitlines() if " changed=" in line]
    return sum(int(line.split(" changed=")[1].split()[0]) for line in recap) if recap else -1


def counted(names: Sequence[str]) -> str:
    """Return names with how often each occurs, for a reader."""
    return ", ".join(f"{names.count(name)} x {name}" for name in sorted(set(names))) or "none"


def left_open(lab: Lab) -> list[Any]:
    """Return the shells that are still open on the hosts, after the five seconds in which they must be gone."""
    deadline = time.monotonic() + 5
    while (shells := lab.journal.shells(still_open=True)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return list(shells)


if __name__ == "__main__":
    sys.exit(main())
