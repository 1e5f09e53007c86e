# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wave of eight users, the points at which its job is killed, and what must be true once the next job is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.lab.interruptions import AFTER, BEFORE
from tests.lab.waves.evidence import by_user, done, final_states, notifies, unexplained
from tests.playbooks.stage import NOTIFICATION_DAY, UPGRADE_DAY

MOVERS = [f"mover{number}@contoso.com" for number in range(5)]
ONLINE = [f"online{number}@contoso.com" for number in range(3)]
USERS = [*MOVERS, *ONLINE]
SEED: Mapping[str, Any] = {
    "profile": "2020",
    "clock": "2026-11-30T07:00:00Z",
    "users": [
        *({"sip": user, "meetings": {"skype": 1}} for user in MOVERS),
        *({"sip": user, "homing": "online", "policy": "Islands", "meetings": {"skype": 1}} for user in ONLINE),
    ],
}
# How many writing calls there are: the on-prem instance is made before users are notified by it.
CALLS = {Due.NOTIFY: 1 + len(USERS), Due.UPGRADE: len(USERS)}
POINTS = [
    (due, number, when) for due, calls in CALLS.items() for number in range(1, calls + 1) for when in (BEFORE, AFTER)
]
# How many reading calls there are, those of readiness included.
READS = {Due.NOTIFY: 52, Due.UPGRADE: 71}
READING_POINTS = [
    (due, number, when) for due, calls in READS.items() for number in range(1, calls + 1) for when in (BEFORE, AFTER)
]
# While the users of each side are worked on, and after the last.
REPRESENTATIVE = [(Due.NOTIFY, 4, AFTER), (Due.UPGRADE, 3, BEFORE), (Due.UPGRADE, 3, AFTER)]


def moment_of(due: Due) -> datetime:
    return datetime.fromisoformat(NOTIFICATION_DAY if due is Due.NOTIFY else UPGRADE_DAY)


def plan_of(due: Due) -> dict[str, Any]:
    """The plan, by which users who are upgraded need no notice here."""
    notice = "enforce" if due is Due.NOTIFY else "ignore"
    return {"waves": [{"name": "pilot", "upgrade_on": "2026-12-07", "users": USERS, "notice": notice}]}


def wrong(entries: Sequence[Entry], lab: Lab, ledger: RunLedger, due: Due) -> list[str]:
    """Return what is wrong once what was due has been done, by the writing calls that reached the hosts, as sentences."""
    with ledger.open() as opened:
        events, users = opened.events(Selection()), opened.users(Selection())
    calls = by_user(entries)
    twice = [
        f"{user}: {count} times {cmdlet}"
        for user, made in calls.items()
        for cmdlet, count in Counter(call.cmdlet for call in made if call.outcome == "done").items()
        if count > 1
    ]
    phases = ("notified", "moved") if due is Due.NOTIFY else ("upgraded", "done")
    apart = [f"{user['user']}: {user['phase']}" for user in users if user["phase"] not in phases]
    apart += [f"{user['user']}: no notice" for user in users if due is Due.NOTIFY and not user["notified_on"]]
    states = final_states(lab)
    lost = [user for user in USERS if (states[user] == "TeamsOnly") is not (due is Due.UPGRADE)]
    lost += [user for user in USERS if due is Due.NOTIFY and not any(map(notifies, calls.get(user, [])))]
    lost += [user for user in MOVERS if due is Due.UPGRADE and not done(calls.get(user, []), "Move-CsUser")]
    missing = set(USERS) - {user["user"] for user in users}
    return [*twice, *apart, *(f"{user} was lost" for user in [*lost, *sorted(missing)]), *unexplained(entries, events)]
