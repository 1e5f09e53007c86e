# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waves in the middle of which a run has ended: Ansible itself failed, or stopped a task, so that steps have left no record.

A step that fails leaves one, and those that follow are begun all the same. What was not begun says nothing about its users.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .._model.decision import Reason, Status
from .finished import is_done
from .run import RunState, WaveState
from .step_record import StepRecord, item
from .wave import Due

READINESS = ("readiness_onprem", "readiness_online")
# The steps of a wave in the order in which the role does them, by what is due.
STEPS_DUE: Mapping[Due, tuple[str, ...]] = {
    Due.NOTHING: (),
    Due.NOTIFY: (*READINESS, "notify_onprem", "notify_online"),
    Due.UPGRADE: (*READINESS, "notify_late_onprem", "move", "notify_late_online", "sync", "grant", "meetings"),
}
BROKEN_OFF = "The run broke off in wave {wave!r}, before {step} was over."
REMEDY = "The output of the job says why. Mend that, and run again: it goes on where this run ended."


def is_broken_off(run: RunState, state: WaveState) -> bool:
    """Return whether the run has ended before the steps of a wave that is due, and nothing else stands against it."""
    works = run.readiness or state.due is not Due.NOTHING
    return works and bool(state.to_come) and not state.faults and run.may_begin(state)


def sentence_of(state: WaveState) -> str:
    """Return that the run broke off, and where."""
    return BROKEN_OFF.format(wave=state.wave.name, step=state.to_come[0])


def unknown_users(run: RunState, state: WaveState, settled: Collection[str]) -> StepRecord | None:
    """Return the record of the users of whom nobody knows what came; None where there are none.

    `settled`: the addresses of those who failed, wait or were left out, whatever else was to come.
    """
    if not is_broken_off(run, state):
        return None
    known = {*settled, *_done(run, state)}
    users = tuple(user.text for user in state.wave.members if user.key not in known)
    if not users or run.waits(state):
        return None
    reason = Reason("step_failed", sentence_of(state), REMEDY)
    items = [item(user, Status.UNKNOWN, reason) for user in users]
    return StepRecord(state.wave.name, state.to_come[0], users, {"users": items})


def _done(run: RunState, state: WaveState) -> set[str]:
    """Return the addresses of users for whom nothing was to be done, as far as they were read."""
    if state.rollback is not None:
        return {each.user.key for each in state.rollback.returns if each.reason is None and not each.steps}
    assessed = state.assessment.users if state.assessment else ()
    return {each.user.key for each in assessed if is_done(each, state, run.notify_policy)}
