# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rehearsals for tests: what they are given, and what is left of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import COLLECTIONS, end
from tests.playbooks.exports import export

PLAYBOOK = "sfb.teams_upgrade.rehearse"
PACKAGE = COLLECTIONS / "ansible_collections" / "sfb" / "teams_upgrade"
START = PACKAGE / "plugins" / "plugin_utils" / "_start.py"
MARK = "TEST_OF_A_REHEARSAL"
SETTINGS = {"profile": "2020", "mailboxes_onprem": ["mailbox@contoso.com"], "meetings_per_user": 1}
USERS: Sequence[Mapping[str, Any]] = (
    {"sip": "alice@contoso.com", "meetings": {"skype": 1}},
    {"sip": "bob@contoso.com", "policy": "SfBWithTeamsCollab", "meetings": {"skype": 1}},
    {"sip": "licence@contoso.com", "licences": ["Teams"]},
    {"sip": "unknown@contoso.com", "synced": False},
    {"sip": "mailbox@contoso.com", "mailbox": "onprem", "meetings": {"skype": 1}},
    {"sip": "online@contoso.com", "homing": "online", "policy": "Islands", "meetings": {"skype": 1}},
    {"sip": "done@contoso.com", "homing": "online", "policy": "UpgradeToTeams"},
)
SEED: Mapping[str, Any] = {"profile": "2020", "clock": "2026-11-29T18:00:00Z", "users": list(USERS)}
# They end on one day, without meetings. The other one fails, and has another job on the day after.
OF_ONE_DAY = [user["sip"] for user in USERS if user["sip"] != "mailbox@contoso.com"]


def plan_for(users: Sequence[str], *, meetings: bool) -> dict[str, Any]:
    """A plan with one wave, without notice."""
    window = {"from": "06:00", "to": "23:00", "timezone": "Europe/Paris"}
    wave = {"name": "pilot", "upgrade_on": "2026-12-07", "notify_days_before": 0, "users": list(users)}
    return {"failure_budget_percentage": 50, "waves": [wave | {"window": window, "migrate_meetings": meetings}]}


ONE_WAVE: Mapping[str, Any] = plan_for(OF_ONE_DAY, meetings=False)


def exported(folder: Path, seed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Export the users of a seed, or of the one of these tests, to a folder, and return the variables that name the files, from there."""
    onprem, online = export(Lab(seed or SEED), folder)
    return {
        "teams_upgrade_plan_dir": str(folder),
        "teams_upgrade_rehearsal_onprem": onprem.name,
        "teams_upgrade_rehearsal_online": online.name,
    }


def marked(mark: str) -> list[int]:
    """The processes that have a mark in their environment, but for this one and those that have ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={mark}\0".encode() in (process / "environ").read_bytes() and process.name != str(os.getpid()):
                found.append(int(process.name))
    return found


@contextmanager
def running(
    folder: Path, plan: Mapping[str, Any], temporary: Path, collections: Path = COLLECTIONS
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the process of a rehearsal as the task does. `temporary` is the folder that it is given, `folder` has the exports.

    Its playbooks are looked for in `collections` alone.
    """
    paths = {side: str(folder / f"{side}.csv") for side in ("onprem", "online")}
    job = {
        **paths,
        "plan": plan,
        "plan_dir": str(folder),
        "settings": SETTINGS,
        "waves": [],
        "now": "",
        "variables": {},
        "duration": {"sessions": 4, "skype_hosts": 1, "teams_hosts": 1, "measured": {}, "note": ""},
        "folder": str(temporary),
        "collections": str(collections),
        "kept": str(folder / "kept"),
    }
    process = subprocess.Popen(
        [sys.executable, "-P", str(START), "_rehearsal.supervisor"],
        env={**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, MARK: str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        cwd=temporary,
    )
    assert process.stdin
    process.stdin.write(json.dumps(job).encode() + b"\n")
    process.stdin.flush()
    try:
        yield process
    finally:
        end(process)


def line_of(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The next thing that a rehearsal says."""
    assert process.stdout
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return said
