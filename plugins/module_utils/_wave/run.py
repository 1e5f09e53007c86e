# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of waves knows: which waves are due, who is ready, and what each step did.

A step is given users and limits from here and leaves its record here. A run keeps the records until it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .._model import reasons
from .._model.decision import Reason, Status
from .._model.identity import address_of
from .._model.phase import UserPhase
from .budget import failures_left
from .memory import Memory
from .plan import Plan
from .readiness import Assessment, Stage, WaveGoal
from .rollback_state import Rollback
from .sides import Sides
from .step_record import StepRecord, item
from .wave import Due, Wave

Item = Mapping[str, object]

BAD = (Status.FAILED, Status.UNKNOWN)


class Phase(StrEnum):
    """What can be done of a wave. Readiness is always read, since nothing is written without having been read."""

    READINESS = "readiness"
    NOTIFY = "notify"
    UPGRADE = "upgrade"
    MEETINGS = "meetings"
    ROLLBACK = "rollback"


@dataclass(slots=True)
class WaveState:
    """One wave in a run. `planned`: it comes from a plan, whose dates say what may be done; else a playbook named its users.

    `open`: its window was open when the run began. `cannot_notify_onprem`: the server has no policy instances, by which users hear of it.
    `sides`: what was read of its users so far. `rollback`: what is known of them where they are rolled back. `to_come`: the steps of a
    plan's wave that are not over yet.
    """

    wave: Wave
    due: Due
    open: bool
    budget: int = 0
    planned: bool = True
    memory: Memory = field(default_factory=Memory)
    cannot_notify_onprem: bool = False
    assessment: Assessment | None = None
    sides: Sides = field(default_factory=Sides)
    records: list[StepRecord] = field(default_factory=list)
    rollback: Rollback | None = None
    to_come: tuple[str, ...] = ()

    @property
    def users(self) -> tuple[str, ...]:
        """The members, as they were written."""
        return tuple(user.text for user in self.wave.members)

    @property
    def due_since(self) -> str:
        """The day since which something is due, as an ISO date."""
        return (self.wave.upgrade_on if self.due is Due.UPGRADE else self.wave.notify_on).isoformat()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What stopped everybody, as (step, sentence)."""
        return [(each.step, each.fault) for each in self.records if each.fault is not None]

    @property
    def failed(self) -> set[str]:
        """The addresses of users who failed or could not be read, in any step."""
        return {address_of(user) for each in self.records for user in each.with_status(*BAD)}

    @property
    def changed(self) -> set[str]:
        """The addresses of users that a step has changed."""
        return {address_of(user) for each in self.records for user in each.with_status(Status.CHANGED)}

    @property
    def failures_left(self) -> int | None:
        """How many more users may fail, as `budget.failures_left`."""
        return failures_left(self.budget, len(self.users), len(self.failed))

    def record(self, record: StepRecord) -> None:
        """Keep what a step did."""
        self.records.append(record)

    def after(self, step: str, *statuses: Status) -> list[str]:
        """Return the users who came out of a step with one of the statuses."""
        return [user for each in self.records if each.step == step for user in each.with_status(*statuses)]

    def ready_at(self, *stages: Stage) -> list[str]:
        """Return the users who are ready and at one of the stages."""
        return [each.user.text for each in self.assessment.at(*stages)] if self.assessment else []


@dataclass(slots=True)
class DriftRun:
    """A run that looks for drift, `whole`: of all waves. `everybody` is read instead of them. `verdict`, `failed`: what came of it.

    `judged`: whether anybody could be judged. `left`: whom the filter of their wave found in an earlier look and finds no more, by folded
    address.
    """

    whole: bool = True
    everybody: WaveState | None = None
    left: frozenset[str] = frozenset()
    verdict: str = ""
    failed: bool = False
    judged: bool = False


@dataclass(slots=True)
class RunState:
    """A run: its moment, its waves by name, and its goal. `fail_when_closed`: a wave that waits for its window is a failure.

    `now` is the plan's time at the moment `began`; the former may be simulated, and goes on as the latter does. `notify_policy` is the
    on-prem instance that notifies: users with this assignment are notified. `most_users`: how many users the run starts, over all waves;
    `started` holds them, by folded address, and `started_again` counts those whose last attempt had failed. The run is remembered as `id`
    in `ledger`, where its users are free `claim_timeout` seconds after the last sign of life; what a dead run has sent may be at work for
    `interrupted_timeout` seconds. `left_to`: the job that does the work instead. `rolls_back`: it is a rollback. With `readiness` it only
    finds out who could be upgraded, in all waves, due or not. With `drift`, it changes nothing either.
    """

    now: datetime
    began: datetime | None = None
    most_users: int | None = None
    started: set[str] = field(default_factory=set)
    started_again: int = 0
    id: str = ""
    ledger: str = ""
    claim_timeout: int = 300
    interrupted_timeout: int = 120
    check_mode: bool = False
    phases: frozenset[Phase] = frozenset(Phase)
    goal: WaveGoal = field(default_factory=WaveGoal)
    waves: dict[str, WaveState] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    fail_when_closed: bool = False
    notify_policy: str = ""
    left_to: str = ""
    rolls_back: bool = False
    readiness: bool = False
    drift: DriftRun | None = None

    def take(self, plan: Plan) -> None:
        """Add the waves of a plan, with what is due of them now."""
        for wave in plan.waves:
            self.waves[wave.name] = WaveState(
                wave, wave.due(self.now), wave.is_open(self.now), plan.failure_budget_percentage
            )

    def wave(self, name: str) -> WaveState:
        """Return a wave of this run. Raises LookupError with a sentence where the run has none of this name."""
        if not name and self.drift and self.drift.everybody:
            return self.drift.everybody
        if name not in self.waves:
            known = ", ".join(self.waves) or "none"
            raise LookupError(
                f"This run has no wave {name!r} (it has: {known}). The role readiness, or wave, has to come first."
            )
        return self.waves[name]

    def blocked_by(self, state: WaveState) -> str | None:
        """Return the name of an earlier wave that met a fault which concerns everybody (R39); None where there is none."""
        for other in self.waves.values():
            if other is state:
                return None
            if other.faults:
                return other.wave.name
        return None

    def goal_of(self, state: WaveState) -> WaveGoal:
        """Return what is to be reached in a wave today. Users who were rolled back are left out, unless the wave takes them again (R64)."""
        memory = state.memory if state.planned and not state.wave.again else Memory()
        goal = replace(self.goal, rolled_back=memory.rolled_back, moved_before=memory.moved_before)
        goal = replace(goal, moving_back=memory.moving_back)
        names = state.memory.other_names
        return replace(
            goal, mode=state.wave.mode, notifies=state.due is Due.NOTIFY and not self.readiness, other_names=names
        )

    def plan_time(self, moment: datetime) -> datetime:
        """Return the plan's time at a moment of the clock."""
        return self.now if self.began is None else self.now + (moment - self.began)

    def closes(self, state: WaveState) -> datetime | None:
        """Return the moment of the clock from which on nobody more of a wave is started; None where there is none.

        Check mode predicts at any hour what a run inside the window would do.
        """
        if self.check_mode or self.began is None:
            return None
        closes = state.wave.closes(self.now)
        return None if closes is None else self.began + (closes - self.now)

    def is_wanted(self, state: WaveState, phase: Phase) -> bool:
        """Return whether a phase is wanted of a wave on this day, whatever stands against it."""
        if phase not in self.phases:
            return False
        if phase is Phase.READINESS or not state.planned:
            return True
        # Who was not notified in time hears of it on the day of the upgrade, and is upgraded later.
        return state.due is Due.UPGRADE or (phase is Phase.NOTIFY and state.due is Due.NOTIFY)

    def may_go_on(self, state: WaveState, phase: Phase) -> bool:
        """Return whether a phase is wanted, and nothing stops everybody."""
        stopped = state.assessment is None or state.assessment.stop is not None or bool(state.faults)
        return self.is_wanted(state, phase) and not stopped and self.may_begin(state)

    def may_begin(self, state: WaveState) -> bool:
        """Return whether no earlier wave stands against this one, nor the users who have failed so far. Looks at readiness go on."""
        return self.readiness or (self.blocked_by(state) is None and too_many_failed(state) is None)

    def in_time(self, state: WaveState, moment: datetime) -> bool:
        """Return whether something may be changed at a moment of the clock, in a run that began inside the window."""
        return self.check_mode or (state.open and state.wave.is_open(self.plan_time(moment)))

    def waits(self, state: WaveState) -> bool:
        """Return whether something is due that a closed window keeps from being done."""
        return state.planned and state.due is not Due.NOTHING and not state.open and not self.check_mode


def too_many_failed(state: WaveState) -> str | None:
    """Return why a wave is not begun, as a clause: too many of the users of the whole migration failed at their last attempt.

    A wave that has begun goes on within its own budget. With a budget of 0 there is no such limit, as within a wave.
    """
    memory = state.memory
    begun = bool(memory.sent if state.due is Due.NOTIFY else memory.sent - {UserPhase.NOTIFIED})
    if not state.planned or begun or not state.budget or memory.failed * 100 <= state.budget * memory.attempted:
        return None
    return (
        f"{memory.failed} of {memory.attempted} users who were attempted so far failed at their last attempt, which is more than "
        f"failure_budget_percentage ({state.budget}) allows"
    )


def not_started(users: Sequence[str], changed: set[str], cause: str) -> Iterator[dict[str, object]]:
    """Yield an item with the cause for each user that a step left out. `changed`: the addresses of users that earlier steps changed."""
    for user in users:
        if address_of(user) in changed:
            yield item(user, Status.PENDING, reasons.NOT_FINISHED.format(user=user, cause=cause))
        else:
            yield item(user, Status.SKIPPED, reasons.NOT_STARTED.format(user=user, cause=cause))


def stopped_by(state: WaveState, step: str, fault: Reason) -> StepRecord:
    """Record that a step could not go on, for a fault that concerns everybody; its users were not started."""
    left = list(not_started(state.users, state.changed, fault.message.rstrip(".")))
    result = {"users": left, "msg": fault.sentence, "reason": fault.to_result()}
    record = StepRecord(state.wave.name, step, state.users, result)
    state.record(record)
    return record


def closed(users: Sequence[str], state: WaveState) -> Iterator[dict[str, object]]:
    """Yield an item for each user that a step left out, since the window has closed; pending where an earlier step changed them."""
    changed = state.changed
    for user in users:
        status = Status.PENDING if address_of(user) in changed else Status.SKIPPED
        yield item(user, status, reasons.WINDOW_CLOSED.format(user=user, window=state.wave.window))
