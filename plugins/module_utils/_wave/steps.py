# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a wave: which modules each calls, for which users, with how many failures left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from .._model import reasons
from .._model.decision import Status
from .._model.identity import address_of
from .._model.policy import Mode
from .._model.user import Homing, Side
from .budget import EXHAUSTED
from .readiness import Stage, assess_users
from .run import Phase, Result, RunState, StepRecord, WaveState, item, not_started

Options = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wait:
    """A call that is repeated until nobody is left to wait for: `timeout` and `interval` in seconds."""

    timeout: int
    interval: int


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

    def args(self, state: WaveState) -> dict[str, object]:
        """Return the module's options. A writing call may spend what is left of the wave's budget, counted in users."""
        args: dict[str, object] = {
            name: value for name, value in self.options.items() if value not in (None, "", {}, [])
        }
        if self.on_users:
            args["users"] = list(self.users)
        left = state.failures_left
        if self.writes and self.on_users and left is not None:
            args["max_failures"] = left
        return args


MakeCall: TypeAlias = Callable[[RunState, WaveState, Options], "ModuleCall | None"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as roles name it: the phase that it belongs to, the side whose host it needs, and its calls in order."""

    phase: Phase
    side: Side
    calls: tuple[MakeCall, ...]


def next_call(run: RunState, state: WaveState, step: Step, make: MakeCall, options: Options) -> ModuleCall | None:
    """Return the call to make now; None where nothing is to be done. Records users that are not started for a spent budget."""
    if step.phase is Phase.READINESS:
        return make(run, state, options) if run.blocked_by(state) is None and not state.faults else None
    if not run.may_go_on(state, step.phase):
        return None
    call = make(run, state, options)
    left = state.failures_left
    if call is None or not call.writes or (run.in_time(state) and (left is None or left >= 0)):
        return call
    if call.on_users and run.in_time(state):
        left_out = list(not_started(call.users, state.changed, EXHAUSTED))
        state.record(StepRecord(state.wave.name, call.step, call.users, {"users": left_out}))
    return None


def take_result(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Record what came of a call, and return the record; None for what has no meaning before another call is made."""
    if call.step == "readiness":
        result = _readiness(run, state, call, result)
        if not result:
            return None
    elif call.step == "sync" and "users" in result:
        listed = {address_of(each.get("user")): each for each in _items(result, "users")}
        result = {"users": [_not_seen(user, listed.get(address_of(user), {})) for user in unseen(call, result)]}
    elif call.step == "instance" and not result.get("failed"):
        return None
    record = StepRecord(state.wave.name, "notify" if call.step == "instance" else call.step, call.users, dict(result))
    state.record(record)
    return record


def unseen(call: ModuleCall, result: Result) -> list[str]:
    """Return the users of a call that the cloud does not home online yet, as csuser_info listed them (R36)."""
    listed = result.get("users")
    items = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    seen = {address_of(each.get("user")) for each in items if each.get("homing") == Homing.ONLINE.value}
    return [user for user in call.users if address_of(user) not in seen]


def _not_seen(user: str, listed: Mapping[str, object]) -> Mapping[str, object]:
    """Return the item of a user that the cloud does not home online: pending where that was read, else why it was not read."""
    if listed.get("status") in (Status.UNKNOWN, Status.FAILED) and isinstance(listed.get("reason"), Mapping):
        return {"user": user, "status": Status.UNKNOWN.value, "actions": [], "reason": listed["reason"]}
    return item(user, Status.PENDING, reasons.SYNC_PENDING.format(user=user))


def _readiness(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> Result:
    """Keep one side's facts until both are there, then assess the users. A side that cannot be read stops everybody."""
    if "users" not in result:
        return result
    if call.options["side"] == Side.ONPREM.value:
        state.onprem = result
        return {}
    sides = (state.onprem, result)
    organisation = [check for side in sides for check in _items(side, "organisation")]
    goal = run.goal_of(state)
    state.assessment = assess_users(
        state.wave.members, _items(state.onprem, "users"), _items(result, "users"), organisation, goal
    )
    state.onprem = {}
    return state.assessment.to_result()


def _items(result: Result, key: str) -> list[Mapping[str, object]]:
    found = result.get(key)
    items = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    return [each for each in items if isinstance(each, Mapping)]


def _read_onprem(_run: RunState, state: WaveState, options: Options) -> ModuleCall:
    return ModuleCall("readiness", "upgrade_readiness_info", state.users, {**options, "side": Side.ONPREM.value}, False)


def _read_online(_run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    if not state.onprem:
        return None
    return ModuleCall("readiness", "upgrade_readiness_info", state.users, {**options, "side": Side.ONLINE.value}, False)


def _have_instance(_run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    users = tuple(state.ready_at(Stage.ONPREM))
    made = {"identity": options["policy"], "notify": True}
    return ModuleCall("instance", "teams_upgrade_policy_instance", users, made, on_users=False) if users else None


def _notify_onprem(_run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    return _of("notify", "teams_upgrade_policy", state.ready_at(Stage.ONPREM), {**options, "notify": True})


def _notify_online(_run: RunState, state: WaveState, _options: Options) -> ModuleCall | None:
    users = state.ready_at(Stage.ONLINE, Stage.TEAMS_ONLY)
    return _of("notify", "teams_upgrade_policy", users, {"notify": True})


def _move(_run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    if state.wave.mode is not Mode.TEAMS_ONLY:
        return None
    return _of("move", "csuser_move", state.ready_at(Stage.ONPREM), options)


def _moved(run: RunState, state: WaveState) -> list[str]:
    """Return the users that this run or an earlier one has moved. Check mode has moved nobody itself."""
    now = [] if run.check_mode else state.after("move", Status.CHANGED)
    return [*now, *state.ready_at(Stage.MOVING)]


def _sync(run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    users = tuple(_moved(run, state))
    timeout, interval = (int(str(options[name])) for name in ("timeout", "interval"))
    wait = Wait(0 if run.check_mode else timeout, interval)
    return ModuleCall("sync", "csuser_info", users, writes=False, wait=wait) if users else None


def _grant(run: RunState, state: WaveState, _options: Options) -> ModuleCall | None:
    if state.wave.mode is Mode.TEAMS_ONLY:
        waiting = set(state.after("sync", Status.PENDING, Status.FAILED, Status.UNKNOWN))
        users = [user for user in _moved(run, state) if user not in waiting] + state.ready_at(Stage.ONLINE)
    else:
        users = state.ready_at(Stage.ONPREM, Stage.ONLINE, Stage.TEAMS_ONLY)
    # Where meetings are to be migrated nothing is said: newer modules have no parameter for it (R56).
    meetings = None if state.wave.migrate_meetings else False
    return _of("grant", "teams_upgrade_policy", users, {"mode": state.wave.mode.value, "migrate_meetings": meetings})


def _upgraded(run: RunState, state: WaveState) -> list[str]:
    return [] if run.check_mode else state.after("grant", Status.OK, Status.CHANGED)


def _meetings(queued: bool, run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    """Follow the request that a move has made (`queued`), or make one for users who were not moved: one request each (R42, R50)."""
    catch_up = _before(state) if options.get("catch_up") else []
    moved = set(_moved(run, state))
    users = [user for user in [*_upgraded(run, state), *catch_up] if (user in moved) is queued]
    return _convert(state, users, options, queued_by_move=queued)


def _follow(_run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    """Reading how far meetings are needs no window."""
    users = [] if options.get("catch_up") else _before(state)
    return _convert(state, users, options, writes=False, follow_only=True)


def _before(state: WaveState) -> list[str]:
    found = state.assessment.at(Stage.TEAMS_ONLY) if state.assessment else []
    return [each.user.text for each in found if each.upgraded_before]


def _convert(
    state: WaveState, users: Sequence[str], options: Options, *, writes: bool = True, **more: object
) -> ModuleCall | None:
    if state.wave.mode is not Mode.TEAMS_ONLY or not state.wave.migrate_meetings:
        return None
    known = {name: value for name, value in options.items() if name != "catch_up"}
    return _of("meetings", "meeting_migration", users, {**known, **more}, writes=writes)


def _of(step: str, module: str, users: Sequence[str], options: Options, *, writes: bool = True) -> ModuleCall | None:
    return ModuleCall(step, module, tuple(users), options, writes) if users else None


STEPS: Mapping[str, Step] = {
    "readiness_onprem": Step(Phase.READINESS, Side.ONPREM, (_read_onprem,)),
    "readiness_online": Step(Phase.READINESS, Side.ONLINE, (_read_online,)),
    "notify_onprem": Step(Phase.NOTIFY, Side.ONPREM, (_have_instance, _notify_onprem)),
    "notify_online": Step(Phase.NOTIFY, Side.ONLINE, (_notify_online,)),
    "move": Step(Phase.UPGRADE, Side.ONPREM, (_move,)),
    "sync": Step(Phase.UPGRADE, Side.ONLINE, (_sync,)),
    "grant": Step(Phase.UPGRADE, Side.ONLINE, (_grant,)),
    "meetings": Step(Phase.MEETINGS, Side.ONLINE, (partial(_meetings, True), partial(_meetings, False), _follow)),
}
