# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look for drift and the ledger: what it asks of it, and what it keeps in it for the next look."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...module_utils._ledger.drift_memory import Finding
from ...module_utils._ledger.ledger import Ledger
from ...module_utils._ledger.moments import moment, optional, plan_time
from ...module_utils._ledger.past import Past
from ...module_utils._ledger.phases import phase_in_wave
from ...module_utils._ledger.records import Selection
from ...module_utils._model.identity import UserId
from ...module_utils._model.phase import UserPhase
from ...module_utils._wave import members
from ...module_utils._wave.drift import DriftStatus
from ...module_utils._wave.drift_known import TAKES_EFFECT_WITHIN, assigns, known_of
from ...module_utils._wave.drift_report import dated, drift_report
from ...module_utils._wave.drift_run import DriftItem, Remembered, everybody, fault_of, judged
from ...module_utils._wave.drift_since import Seen, changes_between, seen_now
from ...module_utils._wave.run import RunState, WaveState
from .ledger import RunLedger, sent_by

NEW_LEDGER = "The ledger is new, so that nobody is known to have been changed. Where runs were before, name theirs in teams_upgrade_ledger."


def gather(run: RunState, ledger: RunLedger, read: Collection[str]) -> None:
    """Decide who is read: the members of all waves, and everybody of whom the ledger knows anything. Raises LedgerFault.

    `read`: the waves whose filter was read.
    """
    if run.drift is None:
        return
    with ledger.open() as opened:
        known = sorted(opened.drift.waves())
        earlier = any(each["run"] != run.id for each in opened.runs(Selection()))
        filters = [name for name, state in run.waves.items() if state.wave.filter]
        seen = opened.drift.members(filters) if run.drift.whole else {}
    if not earlier:
        run.notes = (*run.notes, NEW_LEDGER)
    run.drift.left = members.take_seen(run, seen, read) - frozenset(known)
    run.drift.everybody = everybody(run, known)


def look(run: RunState, ledger: RunLedger, *, fail_on_drift: bool) -> dict[str, Any]:
    """Judge everybody whom a run has read, keep what was found for the next look, and return the report. Raises LedgerFault.

    What runs have done is read after the hosts were: of users who were changed in between, nothing is held against anybody.
    """
    with ledger.open() as opened, opened.transaction():
        before = {user: _seen(found) for user, found in opened.drift.findings().items()}
        items = list(judged(run, _memory(run, opened)))
        now = {item.user.key: _now(item, before.get(item.user.key), run.now) for item in items}
        waves = {user.key: name for name, state in run.waves.items() for user in state.wave.members}
        gone = before.keys() - now.keys() if run.drift and run.drift.whole else frozenset[str]()
        statuses = {item.user.key: item.judgement.status for item in items}
        changes = changes_between(before, statuses, gone)
        opened.drift.keep({user: _finding(found, waves.get(user, "")) for user, found in now.items()}, gone)
    items = dated(items, {user: found.shown_since for user, found in now.items()}, run.now)
    return drift_report(run, items, changes, fault_of(run), fail_on_drift=fail_on_drift)


def _memory(run: RunState, opened: Ledger) -> Callable[[Sequence[UserId]], Mapping[str, Remembered]]:
    """Return what returns what the ledger knows of users, as of members of their wave of the plan."""
    times = {each["run"]: (moment(each["started"]), optional(each["now"])) for each in opened.runs(Selection())}
    waves = {user.key: state for state in run.waves.values() for user in state.wave.members}

    def remembered(users: Sequence[UserId]) -> Mapping[str, Remembered]:
        past = opened.past([user.text for user in users])
        return {user: _of(found, waves.get(user), run, times) for user, found in past.items()}

    return remembered


def _of(
    past: Past, state: WaveState | None, run: RunState, times: Mapping[str, tuple[datetime, datetime | None]]
) -> Remembered:
    running = run.id in times and past.touched >= times[run.id][0]
    phase = UserPhase(past.phase)
    assigned = [
        plan_time(each.at, *times[each.run])
        for each in past.since_rollback
        if assigns(each.action, each.status) and each.run in times
    ]
    known = known_of(
        past.wave,
        phase,
        past.facts,
        map(sent_by, past.since_rollback),
        running=running,
        overdue=bool(assigned) and run.now - max(assigned) >= TAKES_EFFECT_WITHIN,
    )
    if state is None:
        return Remembered(known, phase, past.notified_on)
    wave = state.wave
    now = phase_in_wave(phase, same_wave=past.wave == wave.name, again=wave.again)
    anew = phase is UserPhase.ROLLED_BACK and now is UserPhase.PLANNED
    notified_on = None if anew or past.wave != wave.name else past.notified_on
    return Remembered(known, now, notified_on)


def _now(item: DriftItem, before: Seen | None, now: datetime) -> Seen:
    judged_so = item.judgement
    return seen_now(judged_so.status, judged_so.reason.code if judged_so.reason else "", before, now)


def _seen(finding: Finding) -> Seen:
    return Seen(DriftStatus(finding.status), finding.code, finding.since, finding.seen, finding.unread_since)


def _finding(seen: Seen, wave: str) -> Finding:
    return Finding(seen.status.value, seen.code, seen.since, seen.seen, seen.unread_since, wave)
