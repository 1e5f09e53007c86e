# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is not upgraded yet, since the time between their notification and the upgrade has not passed (R47)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from .._model.decision import Status
from .._model.identity import address_of
from .._model.wave_reasons import NOTICE_NOT_OVER
from .finished import is_upgraded
from .readiness import Readiness, Stage
from .run import RunState, WaveState
from .step_record import StepRecord, item
from .wave import Due

# Users who are to be changed. Those who were moved already are finished, and those who are TeamsOnly are done.
WAITING = (Stage.ONPREM, Stage.ONLINE)
NOTIFY = "notify"


def held_back(run: RunState, state: WaveState) -> list[Readiness]:
    """Return the ready users whose notice is not over today. Days count, by the clock of the wave: not hours."""
    wave = state.wave
    if not state.planned or state.due is not Due.UPGRADE or not wave.enforces_notice or not wave.lead_days:
        return []
    today = wave.day(run.now)
    ready = [] if state.assessment is None else state.assessment.at(*WAITING)
    return [
        each
        for each in ready
        if not is_upgraded(each, state)
        and not (state.cannot_notify_onprem and each.stage is Stage.ONPREM)
        and not ((day := upgraded_from(run, state, each.user.key)) is not None and day <= today)
    ]


def upgraded_from(run: RunState, state: WaveState, user: str) -> date | None:
    """Return the day from which on a user, by folded address, is upgraded; None where they were not notified."""
    notified = notified_on(run, state, user)
    return None if notified is None else notified + timedelta(days=state.wave.lead_days)


def notified_on(run: RunState, state: WaveState, user: str) -> date | None:
    """Return the day on which a user was notified: as it is remembered, or by other means, whichever was first.

    It is the day of the clock that decides what is due: of the wave's time zone, or else of the run's offset from UTC.
    """
    remembered = state.memory.notified_on(user)
    days = [state.wave.day(remembered.astimezone(run.now.tzinfo))] if remembered else []
    # Who joined the wave later was not among those who were notified by other means.
    days += [state.wave.notified_on] if state.wave.notified_on and user not in state.memory.later else []
    return min(days, default=None)


def late(run: RunState, state: WaveState, stage: Stage) -> list[str]:
    """Return those at a stage whom no notification has reached before the day of the upgrade."""
    found = [each for each in held_back(run, state) if notified_on(run, state, each.user.key) is None]
    return [each.user.text for each in found if each.stage is stage]


def newly_notified(run: RunState, state: WaveState) -> list[str]:
    """Return the users whom this run has notified, or has found to be notified without knowing since when: it counts from now."""
    if run.check_mode:
        return []
    return [user for user in _notified_now(state) if state.memory.notified_on(address_of(user)) is None]


def waiting_for_notice(run: RunState, state: WaveState, left: Collection[str] = ()) -> StepRecord | None:
    """Return the record of those who are held back; None where nobody is.

    `left` holds the addresses of users who have another reason: without a notification, they do not wait until a notice is over.
    """
    now = set(map(address_of, _notified_now(state)))
    held = [
        each
        for each in held_back(run, state)
        if each.user.key not in left or each.user.key in now or notified_on(run, state, each.user.key) is not None
    ]
    items = [
        item(each.user.text, Status.PENDING, NOTICE_NOT_OVER.format(**_said(run, state, each, now))) for each in held
    ]
    users = tuple(each.user.text for each in held)
    return StepRecord(state.wave.name, "notice", users, {"users": items}) if held else None


def _notified_now(state: WaveState) -> list[str]:
    """Return who is notified by the steps of this run. A step that was stopped says nothing of users that it does not list."""
    done = [each for each in state.records if each.step == NOTIFY and each.fault is None]
    return [user for each in done for user in each.with_status(Status.OK, Status.CHANGED)]


def _said(run: RunState, state: WaveState, user: Readiness, now: Collection[str]) -> dict[str, str]:
    lead, before = state.wave.lead_days, notified_on(run, state, user.user.key)
    notified = before or (state.wave.day(run.now) if user.user.key in now else None)
    if notified is None:
        return {"user": user.user.text, "notified": "was not notified yet", "day": f"{lead} days after that"}
    verb = "would be notified" if run.check_mode and before is None else "was notified"
    day = f"from {notified + timedelta(days=lead)} on"
    return {"user": user.user.text, "notified": f"{verb} on {notified}", "day": day}
