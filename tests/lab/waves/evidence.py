# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts' journal says of a migration, and whether the ledger explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import EventItem
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

# Reasons of events whose cmdlets need not have reached a host.
MAY_NOT_HAVE_COME = ("interrupted", "outcome_unknown")
WRITES = ("Move-CsUser", "Grant-CsTeamsUpgradePolicy", "Start-CsExMeetingMigration")
# What an event may say of a call that a host has carried out.
CARRIED_OUT = ("changed", "pending", "unknown")
SENT = "sent"


def user_of(entry: Entry) -> str:
    """The user that a writing call names; empty where it names none."""
    return str(entry.parameters.get("Identity", "")).removeprefix("sip:").casefold()


def by_user(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The writing calls for users, in order, whatever came of them."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.cmdlet in WRITES:
            found.setdefault(user_of(entry), []).append(entry)
    return found


def upgrades(entry: Entry) -> bool:
    """Whether a call moves or upgrades its user; else it notifies them, or converts meetings."""
    return entry.cmdlet == "Move-CsUser" or entry.parameters.get("PolicyName") == "UpgradeToTeams"


def notifies(entry: Entry) -> bool:
    return entry.cmdlet == "Grant-CsTeamsUpgradePolicy" and not upgrades(entry)


def done(entries: Iterable[Entry], cmdlet: str) -> list[Entry]:
    """The calls of a cmdlet that a host has carried out, whether or not its answer arrived."""
    return [entry for entry in entries if entry.cmdlet == cmdlet and (entry.outcome == "done" or entry.users)]


def at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.time)


def unexplained(entries: Iterable[Entry], events: Sequence[EventItem]) -> list[str]:
    """Return what of the journal the ledger does not explain, and what of the ledger the journal does not show, as sentences."""
    calls = by_user(entries)
    written: dict[str, list[EventItem]] = {}
    for event in events:
        if event["user"] is not None:
            written.setdefault(event["user"], []).append(event)
    users = sorted({*calls, *written})
    return [problem for user in users for problem in _of_user(user, calls.get(user, []), written.get(user, []))]


def _of_user(user: str, calls: Sequence[Entry], events: Sequence[EventItem]) -> list[str]:
    problems = [
        f"{user}: {each['action']} of {each['at']} was never completed" for each in events if each["status"] == SENT
    ]
    if not _explained(calls, events):
        journal = ", ".join(f"{call.cmdlet} ({call.outcome})" for call in calls)
        ledger = ", ".join(f"{event['action']} ({event['status']} {_code(event)})" for event in events)
        problems.append(f"{user}: the journal has {journal or 'nothing'}; the ledger has {ledger or 'nothing'}")
    return problems


def _explained(calls: Sequence[Entry], events: Sequence[EventItem]) -> bool:
    """Whether each call is an event, in order, and each event a call, unless its cmdlet need not have come."""
    if not events:
        return not calls
    first, rest = events[0], events[1:]
    if calls and _fits(calls[0], first) and _explained(calls[1:], rest):
        return True
    return _code(first) in MAY_NOT_HAVE_COME and _explained(calls, rest)


def _fits(call: Entry, event: EventItem) -> bool:
    carried_out = event["status"] in CARRIED_OUT or _code(event) in MAY_NOT_HAVE_COME
    return call.cmdlet == event["action"] and (carried_out or call.outcome != "done")


def _code(event: EventItem) -> str:
    return str((event["reason"] or {}).get("code", ""))


def final_states(lab: Any) -> Mapping[str, str]:
    """Where each user is in the end, by address: onprem, or the instance that is in effect online."""
    from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.world import effective

    with lab.organisation.quiet() as world:
        return {
            user.sip.removeprefix("sip:").casefold(): "onprem" if user.on_premises else effective(world, user).mode
            for user in world.tenant
        }
