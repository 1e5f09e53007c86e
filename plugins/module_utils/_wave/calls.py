# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of modules that a step makes: which users are started now, within the window, the budget and the run's own size."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from .._model.decision import Status
from .._model.fault import SAME_FAILURES
from .._model.identity import address_of
from .._model.user import Homing, Side
from .._model.wave_reasons import LEFT_FOR_NEXT_RUN
from .budget import EXHAUSTED
from .finished import is_notified, is_upgraded
from .notice import NOTIFY
from .readiness import Stage
from .run import Phase, RunState, WaveState, closed, not_started
from .step_record import Result, StepRecord, item

Options = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wait:
    """A call that is repeated until everybody is homed at `homing`: `timeout` and `interval` in seconds."""

    timeout: int
    interval: int
    homing: Homing = Homing.ONLINE


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One call of a module for `users`. `step` names it in records and reports. With `on_users`, the module gets them as an option."""

    step: str
    module: str
    users: tuple[str, ...]
    options: Options = field(default_factory=dict)
    writes: bool = True
    on_users: bool = True
    wait: Wait | None = None

    def args(self, run: RunState, state: WaveState) -> dict[str, object]:
        """Return the module's options. A writing call may spend what is left of the wave's budget, and of its window."""
        args: dict[str, object] = {
            name: value for name, value in self.options.items() if value not in (None, "", {}, [])
        }
        if self.on_users:
            args["users"] = list(self.users)
        if self.writes and self.on_users:
            args |= _failed_before_last(self.users, state.memory.failed_before)
            if (left := state.failures_left) is not None:
                args["max_failures"] = left
            if (closes := run.closes(state)) is not None:
                args["start_before"] = closes.isoformat()
        return args


def _failed_before_last(users: Sequence[str], failed: Collection[str]) -> dict[str, object]:
    """Return the options that name users, those whose last attempt failed at the end.

    Those who are left of a wave may all fail alike every day: that concerns nobody else, and stops no wave. It takes so many others.
    """
    new = [user for user in users if address_of(user) not in failed]
    again = [user for user in users if address_of(user) in failed]
    args: dict[str, object] = {"users": [*new, *again]}
    return args | ({"stop_after_same_failures": 0} if again and len(new) < SAME_FAILURES else {})


MakeCall: TypeAlias = Callable[[RunState, WaveState, Options], "ModuleCall | None"]
TakeResult: TypeAlias = Callable[[RunState, WaveState, ModuleCall, Result], "StepRecord | None"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as roles name it: the phase that it belongs to, the side whose host it needs, and its calls in order.

    `take` takes their results; unless given, as the steps of a wave do. `more` returns further calls, by what is known when the step
    begins.
    """

    phase: Phase
    side: Side
    calls: tuple[MakeCall, ...] = ()
    take: TakeResult | None = None
    more: Callable[[WaveState], Sequence[MakeCall]] = lambda _state: ()

    def makes(self, state: WaveState) -> Sequence[MakeCall]:
        """Return what makes the calls of the step for a wave."""
        return (*self.calls, *self.more(state))


def next_call(
    run: RunState, state: WaveState, step: Step, make: MakeCall, options: Options, moment: datetime
) -> ModuleCall | None:
    """Return the call to make at a moment of the clock; None where nothing is to be done. Records users who are not started."""
    if step.phase is Phase.READINESS:
        return make(run, state, options) if run.may_begin(state) and not state.faults else None
    if not run.may_go_on(state, step.phase):
        return None
    call = make(run, state, options)
    if call is None or not call.writes:
        return call
    if not run.in_time(state, moment):
        if state.open and call.on_users:
            _leave(state, call, call.users, closed(call.users, state))
        return None
    left = state.failures_left
    if left is not None and left < 0:
        if call.on_users:
            _leave(state, call, call.users, not_started(call.users, state.changed, EXHAUSTED))
        return None
    return _sliced(run, state, call) if call.on_users else call


def _leave(state: WaveState, call: ModuleCall, users: Sequence[str], items: Iterable[dict[str, object]]) -> None:
    """Record users of a call who are not started, with their items."""
    state.record(StepRecord(state.wave.name, call.step, tuple(users), {"users": list(items)}))


def _sliced(run: RunState, state: WaveState, call: ModuleCall) -> ModuleCall | None:
    """Return the call for as many users as the run still starts, and record the others. Users for whom nothing is to be done are free."""
    if run.most_users is None:
        return call
    assessed = state.assessment.users if state.assessment else ()
    notifies, policy = call.step == NOTIFY, run.notify_policy
    # Who was moved by an earlier run was started by it, and is finished.
    done = (
        each
        for each in assessed
        if each.stage is Stage.MOVING or (is_notified(each, policy) if notifies else is_upgraded(each, state))
    )
    free = {each.user.key for each in done} | run.started
    left = _left(run, state, [user for user in call.users if address_of(user) not in free], run.most_users)
    if not left:
        return call
    reason = partial(LEFT_FOR_NEXT_RUN.format, most=run.most_users)
    _leave(state, call, left, (item(user, Status.SKIPPED, reason(user=user)) for user in left))
    left_out = set(left)
    users = tuple(user for user in call.users if user not in left_out)
    return replace(call, users=users) if users else None


def _left(run: RunState, state: WaveState, new: Sequence[str], most: int) -> list[str]:
    """Start as many of these users as the run has room for, and return the others.

    Those whose last attempt failed come after the others, and fill half of the places at most: else users who fail every day would keep
    everybody else from being started, also those of later waves.
    """
    room = max(0, most - len(run.started))
    failed_before = state.memory.failed_before
    failed = [user for user in new if address_of(user) in failed_before]
    chosen = [user for user in new if address_of(user) not in failed_before][:room]
    again = failed[: min(room - len(chosen), max(0, (most + 1) // 2 - run.started_again))]
    run.started_again += len(again)
    run.started.update(address_of(user) for user in (*chosen, *again))
    return [user for user in new if address_of(user) not in run.started]
