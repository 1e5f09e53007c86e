# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a wave: which modules each calls, for which users, with how many failures left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from .._model import reasons
from .._model.decision import Status
from .._model.identity import address_of
from .._model.organisation_reasons import CMDLET_MISSING
from .._model.policy import Mode
from .._model.user import Homing, Side
from .._rules.policy_options import MIGRATING
from .._rules.ready import CHECKS
from .calls import MakeCall, ModuleCall, Options, Step, Wait
from .notice import held_back, late
from .readiness import Stage, assess_users
from .run import Phase, RunState, WaveState
from .sides import MOST_AT_ONCE, Sides
from .step_record import Result, StepRecord, item, items_of
from .wave import Due

READING_INSTANCES = "Get-CsTeamsUpgradePolicy"
# Chooses users of a wave at a stage.
Chosen: TypeAlias = Callable[[RunState, WaveState, Stage], "list[str]"]


def take_result(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Record what came of a call, and return the record; None for what has no meaning before another call is made."""
    if call.step == "readiness":
        result = _readiness(run, state, call, result)
        if not result:
            return None
    elif call.step == "sync" and "users" in result:
        listed = {address_of(each.get("user")): each for each in items_of(result, "users")}
        result = {"users": [not_seen(user, listed.get(address_of(user), {})) for user in unseen(call, result)]}
    elif call.step == "instance" and (not result.get("failed") or _cannot_notify(state, result)):
        return None
    result = unfinished(state, result)
    step, users = "notify" if call.step == "instance" else call.step, call.users
    if step == "readiness":
        users = state.users  # also of a call for some of them: what stops it stops everybody
    record = StepRecord(state.wave.name, step, users, dict(result))
    state.record(record)
    return record


def unfinished(state: WaveState, result: Result) -> Result:
    """Return a result in which users that the closing window left out are pending where an earlier step has changed them."""
    items = items_of(result, "users")
    closed = {
        address_of(each.get("user")) for each in items if reason_of(each).get("code") == reasons.WINDOW_CLOSED.code
    }
    pending = closed & state.changed if closed else closed
    if not pending:
        return result
    changed = {"status": Status.PENDING.value}
    return {
        **result,
        "users": [{**each, **changed} if address_of(each.get("user")) in pending else each for each in items],
    }


def reason_of(shown: Mapping[str, object]) -> Mapping[str, object]:
    """Return the reason of an item or a result; nothing where it has none."""
    reason = shown.get("reason")
    return reason if isinstance(reason, Mapping) else {}


def _cannot_notify(state: WaveState, result: Result) -> bool:
    """Note that the server has no instances where that is so: then users who are due to be upgraded are not held back for it."""
    found = reason_of(result)
    # Where even reading them is not there, it is the server that lacks them. An endpoint may show what reads and hide what writes.
    lacks = found.get("code") == CMDLET_MISSING.code and READING_INSTANCES in str(found.get("message"))
    state.cannot_notify_onprem = state.due is Due.UPGRADE and lacks
    return state.cannot_notify_onprem


def unseen(call: ModuleCall, result: Result) -> list[str]:
    """Return the users of a call that the cloud does not home where it waits for them, as csuser_info listed them (R36)."""
    listed = result.get("users")
    items = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    homing = call.wait.homing if call.wait else Homing.ONLINE
    seen = {address_of(each.get("user")) for each in items if each.get("homing") == homing.value}
    return [user for user in call.users if address_of(user) not in seen]


def not_seen(user: str, listed: Mapping[str, object]) -> Mapping[str, object]:
    """Return the item of a user that the cloud does not home online: pending where that was read, else why it was not read."""
    if listed.get("status") in (Status.UNKNOWN, Status.FAILED) and isinstance(listed.get("reason"), Mapping):
        return {"user": user, "status": Status.UNKNOWN.value, "actions": [], "reason": listed["reason"]}
    return item(user, Status.PENDING, reasons.SYNC_PENDING.format(user=user))


def _readiness(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> Result:
    """Keep the sides' facts until all are there, then assess the users. A side that cannot be read stops everybody."""
    if "users" not in result:
        state.sides = Sides()
        return result
    members = state.wave.members
    asked = set(call.users)
    state.sides.take(Side(str(call.options["side"])), (user for user in members if user.text in asked), result)
    if not state.sides.have(members):
        return {}
    state.assessment = assess_users(members, state.sides, run.goal_of(state))
    state.sides = Sides()
    # Drift is judged from the facts alone.
    return state.assessment.to_result(with_users=run.drift is None)


def _readings(side: Side, state: WaveState) -> list[MakeCall]:
    """Return what reads the users of a wave, and once what concerns them all."""
    return [partial(_read, side, begin) for begin in range(0, max(1, len(state.users)), MOST_AT_ONCE)]


def _read(side: Side, begin: int, _run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    if side is Side.ONLINE and not state.sides.has(Side.ONPREM, state.wave.members):
        return None
    users = state.users[begin : begin + MOST_AT_ONCE]
    asked = {**options, "side": side.value} | ({"checks": list(CHECKS)} if begin else {})
    return ModuleCall("readiness", "upgrade_readiness_info", users, asked, writes=False)


def _on_day(_run: RunState, state: WaveState, stage: Stage) -> list[str]:
    """Return everybody at a stage, on the day of the notification."""
    if state.planned and state.due is not Due.NOTIFY:
        return []
    return state.ready_at(stage, *([Stage.TEAMS_ONLY] if stage is Stage.ONLINE else []))


def _have_instance(who: Chosen, run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    users = tuple(who(run, state, Stage.ONPREM))
    if not users:
        return None
    made = {"identity": options["policy"], "notify": True}
    return ModuleCall("instance", "teams_upgrade_policy_instance", users, made, on_users=False)


def _notify_onprem(who: Chosen, run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    chosen = {"policy": options.get("policy"), "notify": True}
    return _of("notify", "teams_upgrade_policy", who(run, state, Stage.ONPREM), chosen)


def _notify_online(who: Chosen, run: RunState, state: WaveState, _options: Options) -> ModuleCall | None:
    return _of("notify", "teams_upgrade_policy", who(run, state, Stage.ONLINE), {"notify": True})


def _ready(run: RunState, state: WaveState, *stages: Stage) -> list[str]:
    """Return the ready users at these stages whose notice is over."""
    held = {each.user.text for each in held_back(run, state)}
    return [user for user in state.ready_at(*stages) if user not in held]


def _move(run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    if state.wave.mode is not Mode.TEAMS_ONLY:
        return None
    known = {name: value for name, value in options.items() if name != "policy"}
    return _of("move", "csuser_move", _ready(run, state, Stage.ONPREM), known)


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
        users = [user for user in _moved(run, state) if user not in waiting] + _ready(run, state, Stage.ONLINE)
    else:
        users = _ready(run, state, Stage.ONPREM, Stage.ONLINE, Stage.TEAMS_ONLY)
    # Where meetings are to be migrated nothing is said: newer modules have no parameter for it (R56).
    meetings = False if state.wave.mode in MIGRATING and not state.wave.migrate_meetings else None
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


def _notification(side: Side, who: Chosen) -> Step:
    """Return a step that notifies the users of a side."""
    made = (_have_instance, _notify_onprem) if side is Side.ONPREM else (_notify_online,)
    return Step(Phase.NOTIFY, side, tuple(partial(make, who) for make in made))


STEPS: Mapping[str, Step] = {
    "readiness_onprem": Step(Phase.READINESS, Side.ONPREM, more=partial(_readings, Side.ONPREM)),
    "readiness_online": Step(Phase.READINESS, Side.ONLINE, more=partial(_readings, Side.ONLINE)),
    "notify_onprem": _notification(Side.ONPREM, _on_day),
    "notify_online": _notification(Side.ONLINE, _on_day),
    "notify_late_onprem": _notification(Side.ONPREM, late),
    "notify_late_online": _notification(Side.ONLINE, late),
    "move": Step(Phase.UPGRADE, Side.ONPREM, (_move,)),
    "sync": Step(Phase.UPGRADE, Side.ONLINE, (_sync,)),
    "grant": Step(Phase.UPGRADE, Side.ONLINE, (_grant,)),
    "meetings": Step(Phase.MEETINGS, Side.ONLINE, (partial(_meetings, True), partial(_meetings, False), _follow)),
}
