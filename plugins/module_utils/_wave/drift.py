# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a user is as the ledger and the plan say (R10, R11, R12, R36). A failed read is never drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from .._model import drift_reasons, reasons
from .._model.decision import Reason
from .._model.licences import Plan
from .._model.phase import UserPhase
from .._model.policy import built_in
from .._model.user import Homing
from .._model.wave_reasons import KNOWN_BY_ANOTHER_NAME
from .._rules.ready import obstacles
from .drift_causes import cause, is_granted, settling, why_not_done
from .drift_expected import Case, shown
from .readiness import Stage
from .sides import SideFacts
from .wave import Due

Facts = Mapping[str, object]


class DriftStatus(StrEnum):
    """How a user is, those first who have to be looked at."""

    DRIFTED = "drifted"
    INCONSISTENT = "inconsistent"
    UNKNOWN = "unknown"
    PENDING = "pending"
    NOT_DUE = "not_due"
    IN_STATE = "in_state"


# What a side says of accounts that are no users, or no longer.
NO_USER = (reasons.USER_DELETED.code, reasons.NOT_A_USER.code)
# What is not as it should be.
WRONG = (DriftStatus.DRIFTED, DriftStatus.INCONSISTENT)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a user is, with what was expected and what was found under the same names, and why."""

    status: DriftStatus
    expected: Facts
    found: Facts
    reason: Reason | None = None


Rule: TypeAlias = Callable[[Case], "Judgement | None"]


def judge(case: Case) -> Judgement:
    """Return how a user is. The first rule that says something counts."""
    found = next((said for rule in RULES if (said := rule(case)) is not None), None) or _standing(case)
    if found.reason and found.reason.code == reasons.SETTLING.code and case.known and case.known.overdue:
        late = drift_reasons.NOT_IN_EFFECT.format(said=found.reason.message.rstrip("."))
        return replace(found, status=DriftStatus.DRIFTED, reason=late)
    return found


def _judged(case: Case, status: DriftStatus, reason: Reason | None, expected: Facts | None = None) -> Judgement:
    return Judgement(status, *shown(case, expected), reason)


def _unread(case: Case) -> Judgement | None:
    """Who could not be read on one of the sides is unknown (R11)."""
    sides = [side for side in (case.user.onprem, case.user.online) if _is_unread(side)]
    if not sides:
        return None
    reason = next((side.reason for side in sides if side.reason), None) or case.user.reasons[0]
    return _judged(case, DriftStatus.UNKNOWN, reason, case.expected)


def _is_unread(side: SideFacts) -> bool:
    """Return whether a side does not answer what a user is; that somebody is deleted, or a room, is an answer."""
    return (
        side.user is None
        and not side.absent
        and (side.reason is None or side.unread or side.reason.code not in NO_USER)
    )


def _known_by_another_name(case: Case) -> Judgement | None:
    """Nobody knows what to expect of a name by which runs have not worked, where they did by another one of the same user."""
    if not case.other_name:
        return None
    reason = KNOWN_BY_ANOTHER_NAME.format(user=case.name, other=case.other_name)
    return _judged(case, DriftStatus.UNKNOWN, reason, {})


def _no_user(case: Case) -> Judgement | None:
    """Who is deleted, or no user at all: drifted where runs have known them as a user."""
    given = [side.reason for side in (case.user.onprem, case.user.online) if side.user is None and side.reason]
    said = next((reason for reason in given if reason.code in NO_USER), None)
    if said is None:
        return None
    if case.facts or case.upgraded:
        return _judged(case, DriftStatus.DRIFTED, said)
    return _waiting(case, said)


def _gone(case: Case) -> Judgement | None:
    """Who is known to neither side has left, or was never there."""
    if not (case.user.onprem.absent and case.user.online.absent):
        return None
    if case.facts or case.upgraded:
        home = {"homing": case.expected.get("homing")}
        return _judged(case, DriftStatus.DRIFTED, drift_reasons.USER_GONE.format(user=case.name), home)
    return _waiting(case, case.user.reasons[0])


def _known_to_one_side(case: Case) -> Judgement | None:
    """Who is known to one side alone: a room that the cloud homes on-prem, or a user whom the sync has not carried there."""
    if case.user.onprem.absent and case.found["homing"] == Homing.ONPREM:
        if case.facts or (case.user.online.user and case.user.online.user.inconsistent):
            return _inconsistent(case)
        return _waiting(case, case.user.reasons[0])
    if not case.user.online.absent or case.differing:
        return None
    reason = reasons.NOT_SYNCED.format(user=case.name, what="is not known to the cloud")
    if case.upgraded and case.known and case.known.upgraded:
        return _judged(case, DriftStatus.DRIFTED, reason, case.expected)
    return _waiting(case, reason)


def _at_odds(case: Case) -> Judgement | None:
    """TeamsOnly while homed on-prem (R10), or the sides contradict each other, and it is not the sync that has still to follow a move."""
    here, there = case.user.onprem.user, case.user.online.user
    if here is None or there is None or here.homing is not Homing.ONPREM:
        return None
    if there.homing is Homing.ONPREM and not there.inconsistent:
        return None
    known, back = case.known, case.phase is UserPhase.ROLLED_BACK
    if known and (known.running or "homing" in known.unfinished):
        # The sides are read one after the other, and a run has moved the user in between.
        return _judged(case, DriftStatus.PENDING, known.reason or drift_reasons.BEING_CHANGED.format(user=case.name))
    if back and there.homing is Homing.ONLINE:
        what = "is homed online for the cloud"
        return _judged(case, DriftStatus.PENDING, reasons.NOT_SYNCED.format(user=case.name, what=what))
    if back and known and known.reason:
        return _judged(case, DriftStatus.PENDING, known.reason)
    moved_back = there.homing is Homing.ONLINE and case.expected.get("homing") == Homing.ONLINE
    return None if moved_back else _inconsistent(case)


def _inconsistent(case: Case) -> Judgement:
    there, here = case.user.online.user, case.user.onprem.user
    names = {"homing": case.expected.get("homing"), "mode": case.expected.get("mode")}
    if there and there.inconsistent:
        return _judged(case, DriftStatus.INCONSISTENT, reasons.INCONSISTENT.format(user=case.name), names)
    onprem, online = (str(side.homing) if side else "nowhere" for side in (here, there))
    about = {"user": case.name, "onprem": onprem, "online": online}
    return _judged(case, DriftStatus.INCONSISTENT, drift_reasons.SIDES_DISAGREE.format(**about), names)


def _moving(case: Case) -> Judgement | None:
    """Who is moved on-prem, and the cloud does not show it yet: as long as a run has moved them, or was to do so (R36)."""
    if case.user.stage is not Stage.MOVING:
        return None
    known = case.known
    seen = known is not None and (case.phase is UserPhase.DONE or known.granted)
    if case.upgraded and known and seen and not known.running and not known.unfinished:
        # The cloud has shown the user as homed there before: no sync is to follow.
        return _inconsistent(case)
    wanted = case.expected.get("homing") == Homing.ONLINE or case.upgrading
    if not wanted and not (case.known and "homing" in case.known.unfinished):
        return None
    expected = case.goal if case.upgrading else None
    return _judged(case, DriftStatus.PENDING, reasons.SYNC_PENDING.format(user=case.name), expected)


def _early(case: Case) -> Judgement | None:
    """Who was moved before the day of their upgrade, and not by a run, is drifted, also once a run has found them so."""
    if case.state is None or case.due is Due.UPGRADE or case.phase is UserPhase.ROLLED_BACK:
        return None
    ours = case.known is not None and (case.known.upgraded or "homing" in case.known.unfinished or case.known.running)
    home = case.facts.get("homing")
    if ours or home == Homing.ONLINE or case.found["homing"] != Homing.ONLINE:
        return None
    if home is None and (case.user.onprem.user is None or case.user.stage is Stage.ONLINE):
        return None
    expected = {"homing": Homing.ONPREM.value}
    return _judged(case, DriftStatus.DRIFTED, drift_reasons.MOVED_EARLY.format(user=case.name), expected)


def _left_filter(case: Case) -> Judgement | None:
    """Who is in no wave any more, since the filter of theirs does not find them: nobody else would tell."""
    if case.state is None or not case.left_filter or case.facts or (case.due is Due.UPGRADE and case.reached):
        return None
    chosen = {name: value for name, value in case.state.wave.filter.items() if name in case.found}
    reason = drift_reasons.LEFT_FILTER.format(user=case.name, wave=case.state.wave.name)
    return _judged(case, DriftStatus.DRIFTED, reason, {"homing": Homing.ONPREM.value, **chosen})


def _differing(case: Case) -> Judgement | None:
    """Who is not as the ledger says, in anything that is not what the plan wants by now."""
    names = [name for name in case.differing if not _is_wanted(case, name)]
    if not names:
        return None
    known = case.known
    if known and known.unfinished.issuperset(names):
        return _judged(case, DriftStatus.PENDING, known.reason or drift_reasons.BEING_CHANGED.format(user=case.name))
    if known and known.running:
        return _judged(case, DriftStatus.PENDING, drift_reasons.BEING_CHANGED.format(user=case.name))
    if known and case.phase is UserPhase.ROLLED_BACK and known.reason:
        return _judged(case, DriftStatus.PENDING, known.reason)
    if known and known.returning and not {"homing", "registrar_pool"}.intersection(names):
        return _judged(case, DriftStatus.PENDING, drift_reasons.NOT_ALL_BACK.format(user=case.name))
    if case.phase is UserPhase.MOVED and names == ["mode"]:
        return _judged(case, DriftStatus.PENDING, settling(case))
    return _judged(case, DriftStatus.DRIFTED, cause(case, names[0]))


def _is_wanted(case: Case, name: str) -> bool:
    """Return whether what was found is what is due: then it does not matter who has done it."""
    home = case.goal.get("homing")
    if case.upgrading and home is None and ((case.reached and name == "mode") or _is_assigned(case, name)):
        return True
    if case.upgrading and case.found["homing"] == home and (case.reached or name != "mode" or not case.upgraded):
        return True
    if case.due is Due.NOTHING or not case.notified or case.phase is UserPhase.ROLLED_BACK:
        return False
    instance = built_in(str(case.found.get("assigned") or ""))
    return name == "notify_policy" or (name == "assigned" and bool(instance and instance.notify))


def _is_assigned(case: Case, name: str) -> bool:
    """Return whether `name` is the assignment, and it has the mode of the wave, or the user has that mode without it."""
    return name == "assigned" and (case.reached or is_granted(case))


def _unlicensed(case: Case) -> Judgement | None:
    """Who was upgraded by a run had a licence then."""
    there, known = case.user.online.user, case.known
    if there is None or known is None or not known.upgraded or not case.upgraded or there.licences is None:
        return None
    for reason in obstacles(there, frozenset(("licences",))):
        if reason.code not in case.accepted:
            expected, found = shown(case, None)
            licences = {"licences": sorted(there.licences)}
            names = {"licences": [Plan.TEAMS.names[0]]}
            return Judgement(DriftStatus.DRIFTED, {**expected, **names}, {**found, **licences}, reason)
    return None


def _not_back(case: Case) -> Judgement | None:
    """Who is as upgraded since a rollback did not bring them back still waits for it."""
    if not case.upgraded or case.known is None or not case.known.kept or case.known.running:
        return None
    reason = case.known.reason or drift_reasons.NOT_ALL_BACK.format(user=case.name)
    return _judged(case, DriftStatus.PENDING, reason)


def _standing(case: Case) -> Judgement:
    """Who is as the ledger says: in state, unless something is due that was not done."""
    if case.state is None:
        return _judged(case, DriftStatus.IN_STATE if case.expected else DriftStatus.NOT_DUE, None)
    if case.phase is UserPhase.ROLLED_BACK:
        return _judged(case, DriftStatus.IN_STATE, None)
    if case.due is Due.UPGRADE:
        return (
            _judged(case, DriftStatus.IN_STATE, None, case.goal) if case.reached else _waiting(case, why_not_done(case))
        )
    if case.upgraded or (case.due is Due.NOTIFY and case.notified):
        return _judged(case, DriftStatus.IN_STATE, None)
    return _waiting(case, why_not_done(case) if case.due is Due.NOTIFY else None)


def _waiting(case: Case, reason: Reason | None) -> Judgement:
    """Return that a user waits: for what is due, or for their time."""
    if case.due is Due.NOTHING or case.phase is UserPhase.ROLLED_BACK:
        return _judged(case, DriftStatus.NOT_DUE, reason)
    return _judged(case, DriftStatus.PENDING, reason, case.goal if case.due is Due.UPGRADE else None)


RULES: tuple[Rule, ...] = (
    _unread,
    _known_by_another_name,
    _no_user,
    _gone,
    _known_to_one_side,
    _at_odds,
    _moving,
    _early,
    _left_filter,
    _differing,
    _unlicensed,
    _not_back,
)
