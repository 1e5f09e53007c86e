# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a rollback: which modules each calls, for which users. A rollback is a run whose waves have other steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from .._model.decision import Reason, Status
from .._model.identity import address_of
from .._model.organisation_reasons import INSTANCE_MISSING, POOL_MISSING
from .._model.policy import Mode
from .._model.reasons import SETTLING
from .._model.rollback_reasons import MODE_STAYS, ROLLBACK_POOL_MISSING
from .._model.user import Homing, Side
from .._rules.checks import concern_of
from .calls import MakeCall, ModuleCall, Options, Step, Wait
from .past import Facts
from .readiness import Assessment
from .rollback import INHERIT, MOVE_BACK, NOTIFICATION, SYNC, Return, decide, returned, stays_teams_only
from .rollback import MODE_STEP as MODE
from .rollback_preview import await_cloud, predict
from .rollback_state import Rollback
from .run import Phase, RunState, WaveState
from .sides import Sides
from .step_record import Result, StepRecord, item, items_of
from .steps import STEPS, not_seen, reason_of, unfinished, unseen

NOT_SEEN = (Status.PENDING, Status.FAILED, Status.UNKNOWN)
DONE = (Status.OK, Status.CHANGED)
# What has to hold for a move back, and for a change of the mode: the checks of contacts and licences are for moves to the cloud.
CHECKS: Mapping[Side, Sequence[str]] = {
    Side.ONPREM: ("server_build", "teams_module", "hosting_provider"),
    Side.ONLINE: ("tenant_mode", "tenant_default", "shared_sip_address_space"),
}


def rollback_of(state: WaveState) -> Rollback:
    """Return what is known of the users of a wave who are rolled back."""
    return state.rollback or Rollback()


def done(state: WaveState) -> dict[str, Facts]:
    """Return the users of whom everything that can come back was read to be back, with what they have now. They count as rolled back.

    Those who were rolled back before, and whom no run has changed since, are not among them.
    """
    reached = {step: set(state.after(step, *DONE)) for step in (MOVE_BACK, MODE, NOTIFICATION)}
    reached[SYNC] = _moved(state).union(each.user.text for each in rollback_of(state).needing(SYNC) if not each.pool)
    reached[SYNC] -= {*state.after(SYNC, *NOT_SEEN)} if _followed(state) else reached[SYNC]
    late = set(state.after(MODE, *NOT_SEEN))
    past = rollback_of(state).past
    return {
        each.user.text: returned(each, past[each.user.key])
        for each in rollback_of(state).returns
        if each.reason is None
        and past[each.user.key].changed
        and each.user.text not in late
        and all(each.user.text in reached[step] for step in each.steps)
    }


def _followed(state: WaveState) -> bool:
    return any(each.step == SYNC for each in state.records)


def _moved(state: WaveState) -> set[str]:
    """Return who was moved by this run. Who is found to be there by now is looked for in the cloud as well."""
    return set(state.after(MOVE_BACK, *DONE))


def _read(side: Side, _run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    if side is Side.ONLINE and not state.sides.has(Side.ONPREM, state.wave.members):
        return None
    asked = {**options, "side": side.value, "checks": list(CHECKS[side])}
    return ModuleCall("readiness", "upgrade_readiness_info", state.users, asked, writes=False)


def _take_readiness(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Keep one side's facts until both are there, then decide about the users. A side that cannot be read stops everybody."""
    if "users" in result:
        state.sides.take(Side(str(call.options["side"])), state.wave.members, result)
        if not state.sides.have(state.wave.members):
            return None
        result = _decided(run, state)
    record = _recorded(state, call, result)
    if late := tuple(each.user.text for each in rollback_of(state).returns if each.settles):
        state.record(StepRecord(state.wave.name, MODE, late, {"users": list(map(_settling, late))}))
    if run.check_mode and run.may_go_on(state, Phase.ROLLBACK):
        predict(state, [each for each in rollback_of(state).needing(MODE) if each.waits])
        await_cloud(
            state, [each for each in rollback_of(state).needing(SYNC) if each.waits and each.mode in (None, INHERIT)]
        )
    return record


def _decided(run: RunState, state: WaveState) -> dict[str, object]:
    rollback, names = rollback_of(state), state.memory.other_names
    rollback.returns = tuple(
        decide(user, rollback.past.get(user.key), *state.sides.of(user), rollback.instead, names.get(user.key, ""))
        for user in state.wave.members
    )
    if run.most_users is not None:
        begun = [
            each.user.key
            for each in rollback.returns
            if each.steps and each.reason is None and _is_begun(each, rollback)
        ]
        run.started.update(begun[: max(0, run.most_users - len(run.started))])
    stop = _stop(rollback, state.sides.organisation)
    state.assessment, state.sides = Assessment((), stop), Sides()
    result: dict[str, object] = {"users": [each.to_item() for each in rollback.returns]}
    return result if stop is None else result | {"msg": stop.sentence, "reason": stop.to_result()}


def _is_begun(each: Return, rollback: Rollback) -> bool:
    """Return whether a run before has moved a user back, of whom something is still to come back."""
    past = rollback.past.get(each.user.key)
    return each.pool is None and past is not None and past.was_moved


def _stop(rollback: Rollback, organisation: Iterable[Mapping[str, object]]) -> Reason | None:
    """Return what stops everybody (R16, R17, R39): only where somebody is to be changed in that way."""
    moves, modes = rollback.needing(MOVE_BACK), rollback.needing(MODE)
    due = {"move": bool(moves), "mode": bool(modes)}
    concerns = filter(None, map(concern_of, organisation))
    return next((each.reason for each in concerns if due.get(each.stops)), None)


def _instances(step: str, _run: RunState, state: WaveState, _options: Options) -> ModuleCall | None:
    """Read which policies there are, before anybody is moved who is to get one again."""
    needed = any(_options_of(each, step).get("policy") for each in rollback_of(state).needing(step))
    call = ModuleCall(step, "teams_upgrade_policy_info", (), writes=False, on_users=False)
    return call if needed else None


def _take_instances(_run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Take which instances there are. Where they cannot be read, the module that assigns one meets why."""
    if "instances" not in result:
        return None
    names = [str(each.get("identity")) for each in items_of(result, "instances")]
    side = Side.ONLINE if call.step == MODE else Side.ONPREM
    left = rollback_of(state).refuse_missing(call.step, names, side.value)
    if not left:
        return None
    record = StepRecord(
        state.wave.name, call.step, tuple(each.user.text for each in left), {"users": [each.to_item() for each in left]}
    )
    state.record(record)
    return record


def _move_to(pool: str, _run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    users = tuple(rollback_of(state).moving_to(pool))
    return ModuleCall(MOVE_BACK, "csuser_move", users, {**options, "target": pool}) if users else None


def _moves(state: WaveState) -> Sequence[MakeCall]:
    return [partial(_move_to, pool) for pool in rollback_of(state).pools]


def _take_move(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Take the result of a move. Users of a pool that is gone are moved to another one afterwards, where one is named (R63)."""
    rollback, pool = rollback_of(state), str(call.options["target"])
    if reason_of(result).get("code") == POOL_MISSING.code:
        if pool == rollback.instead:
            missing = ROLLBACK_POOL_MISSING.format(pool=pool)
            return _recorded(state, call, {"msg": missing.sentence, "reason": missing.to_result()})
        if not (left := rollback.replace_pool(pool)):
            return None
        result = {"users": [each.to_item() for each in left]}
    record = _recorded(state, call, result)
    if run.check_mode:
        moved = set(record.with_status(Status.CHANGED))
        predict(state, [each for each in rollback.needing(MOVE_BACK) if each.user.text in moved])
    return record


def _sync(run: RunState, state: WaveState, options: Options) -> ModuleCall | None:
    """Check mode has moved nobody, and predicts what follows once the cloud shows who was moved before."""
    moved = _moved(state)
    waiting = [each.user.text for each in rollback_of(state).needing(SYNC) if each.waits or each.user.text in moved]
    if run.check_mode or not waiting:
        return None
    timeout, interval = (int(str(options[name])) for name in ("timeout", "interval"))
    return ModuleCall(
        SYNC, "csuser_info", tuple(waiting), writes=False, wait=Wait(timeout, interval, homing=Homing.ONPREM)
    )


def _take_sync(_run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Take who is not seen on-prem yet, and note whom the cloud still calls TeamsOnly there (R10)."""
    if "users" in result:
        listed = {address_of(each.get("user")): each for each in items_of(result, "users")}
        rollback_of(state).inconsistent.update(
            user for user, each in listed.items() if each.get("inconsistent") is True
        )
        result = {"users": [not_seen(user, listed.get(address_of(user), {})) for user in unseen(call, result)]}
    return _recorded(state, call, result)


def _assign(step: str, options: Options, run: RunState, state: WaveState, _options: Options) -> ModuleCall | None:
    """Assign what users had: at once where they are not moved, else once they are back."""
    moved = set() if run.check_mode else _moved(state)
    waiting = set(state.after(SYNC, *NOT_SEEN))
    users = tuple(
        each.user.text
        for each in rollback_of(state).needing(step)
        if _options_of(each, step) == options
        and (each.pool is None or each.user.text in moved)
        and not (step == MODE and (each.user.text in waiting or (run.check_mode and each.waits)))
    )
    return ModuleCall(step, "teams_upgrade_policy", users, options) if users else None


def _options_of(each: Return, step: str) -> Options:
    return (each.mode if step == MODE else each.notice) or {}


def _assignments(step: str, state: WaveState) -> Sequence[MakeCall]:
    found: list[Options] = []
    for each in rollback_of(state).needing(step):
        if (options := _options_of(each, step)) not in found:
            found.append(options)
    return [partial(_assign, step, options) for options in found]


def _take_assignment(run: RunState, state: WaveState, call: ModuleCall, result: Result) -> StepRecord | None:
    """Take the result of an assignment. An instance that is gone concerns those who had it alone."""
    reason = reason_of(result)
    if reason.get("code") == INSTANCE_MISSING.code:
        result = {"users": [item(user, Status.FAILED, Reason.of({**reason, "scope": "user"})) for user in call.users]}
    elif call.options.get("state") == INHERIT["state"] and call.step == MODE and "users" in result:
        listed = items_of(result, "users")
        if not run.check_mode:
            listed = [_in_effect(rollback_of(state), each) for each in listed]
        shown = {address_of(each.get("user")) for each in listed}
        late = [user for user in call.users if address_of(user) in rollback_of(state).inconsistent - shown]
        result = {**result, "users": [*listed, *map(_settling, late)]}
    return _recorded(state, call, result)


def _in_effect(rollback: Rollback, listed: Mapping[str, object]) -> Mapping[str, object]:
    """Return an item, pending where the policy was taken away from a user homed online, who stays TeamsOnly all the same."""
    user, after = str(listed.get("user")), listed.get("after")
    past = rollback.past.get(address_of(user))
    mode = after.get("mode") if isinstance(after, Mapping) else None
    if past is None or listed.get("status") != Status.CHANGED or not stays_teams_only(past, mode):
        return listed
    return {**listed, "status": Status.PENDING.value, "reason": MODE_STAYS.format(user=user).to_result()}


def _settling(user: str) -> dict[str, object]:
    """Return the item of a user who has no mode of their own any more, which is not in effect yet."""
    return item(user, Status.PENDING, SETTLING.format(user=user, policy="no policy", mode=Mode.TEAMS_ONLY))


def _recorded(state: WaveState, call: ModuleCall, result: Result) -> StepRecord:
    record = StepRecord(state.wave.name, call.step, call.users, dict(unfinished(state, result)))
    state.record(record)
    return record


ROLLBACK_STEPS: Mapping[str, Step] = {
    "rollback_onprem": Step(Phase.READINESS, Side.ONPREM, (partial(_read, Side.ONPREM),), _take_readiness),
    "rollback_online": Step(Phase.READINESS, Side.ONLINE, (partial(_read, Side.ONLINE),), _take_readiness),
    "rollback_online_instances": Step(Phase.READINESS, Side.ONLINE, (partial(_instances, MODE),), _take_instances),
    "rollback_onprem_instances": Step(
        Phase.READINESS, Side.ONPREM, (partial(_instances, NOTIFICATION),), _take_instances
    ),
    "rollback_move": Step(Phase.ROLLBACK, Side.ONPREM, (), _take_move, _moves),
    "rollback_sync": Step(Phase.ROLLBACK, Side.ONLINE, (_sync,), _take_sync),
    "rollback_mode": Step(Phase.ROLLBACK, Side.ONLINE, (), _take_assignment, partial(_assignments, MODE)),
    "rollback_notification": Step(
        Phase.ROLLBACK, Side.ONPREM, (), _take_assignment, partial(_assignments, NOTIFICATION)
    ),
}
ALL_STEPS: Mapping[str, Step] = {**STEPS, **ROLLBACK_STEPS}
