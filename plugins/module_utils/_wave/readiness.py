# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a user of a wave can be upgraded, from both sides' facts (R10, R11, R21, R23 to R28, R30, R72)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .._model import reasons
from .._model.decision import Reason, Status
from .._model.identity import UserId
from .._model.policy import UPGRADE_TO_TEAMS, Mode, same_instance
from .._model.user import Homing, User
from .._model.wave_reasons import KNOWN_BY_ANOTHER_NAME, MOVED_BACK, MOVING_BACK, ROLLED_BACK
from .._rules.checks import Concern, concern_of
from .._rules.ready import hints, obstacles, obstacles_between
from .sides import SideFacts, Sides

# What counts, by stage and by whether the user is to become TeamsOnly: licences, contacts and telephony matter for a move alone.
_ALWAYS = frozenset(("account", "sync"))
_FOR_A_MOVE = _ALWAYS | {"contacts", "mailbox", "conferencing", "licences", "telephony"}
_FOR_A_GRANT = _ALWAYS | {"licences"}


class Stage(StrEnum):
    """How far a user has come. MOVING: moved on-prem, and the cloud does not show it yet."""

    ONPREM = "onprem"
    MOVING = "moving"
    ONLINE = "online"
    TEAMS_ONLY = "teams_only"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WaveGoal:
    """What a wave is to do: upgrade users to `mode`, or, where it `notifies`, only announce that to them.

    `accepted` holds codes of reasons that the administrator has accepted: they are warnings. `rolled_back` holds the addresses of
    users who are left out, since they were rolled back, and `moved_before` those whom earlier runs have moved: where they are homed
    on-prem, somebody has moved them back, or a rollback that is at work, or was killed (`moving_back`). `other_names`: the name in the
    ledger of users whom runs have changed by another name.
    """

    mode: Mode = Mode.TEAMS_ONLY
    notifies: bool = False
    without_telephony: bool = False
    accepted: frozenset[str] = frozenset()
    rolled_back: frozenset[str] = frozenset()
    moved_before: frozenset[str] = frozenset()
    moving_back: frozenset[str] = frozenset()
    other_names: Mapping[str, str] = field(default_factory=dict)

    def left_out(self, user: UserId, stage: Stage) -> Iterator[Reason]:
        """Yield why a user is not upgraded although they may be ready."""
        if other := self.other_names.get(user.key):
            yield KNOWN_BY_ANOTHER_NAME.format(user=user.text, other=other)
        if user.key in self.rolled_back and stage is not Stage.TEAMS_ONLY:
            yield ROLLED_BACK.format(user=user.text)
        elif user.key in self.moved_before and stage is Stage.ONPREM:
            yield (MOVING_BACK if user.key in self.moving_back else MOVED_BACK).format(user=user.text)

    def checks(self, stage: Stage) -> frozenset[str]:
        """Return the names of the checks that count for a user at `stage`."""
        if self.mode is not Mode.TEAMS_ONLY:
            return _ALWAYS
        checks = {Stage.ONPREM: _FOR_A_MOVE, Stage.ONLINE: _FOR_A_GRANT}.get(stage, _ALWAYS)
        return checks - {"telephony"} if self.without_telephony else checks


@dataclass(frozen=True, slots=True)
class Readiness:
    """A user, how far they have come, and what keeps them from being upgraded."""

    user: UserId
    stage: Stage
    onprem: SideFacts
    online: SideFacts
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether nothing keeps the user from being upgraded."""
        return not self.reasons

    @property
    def upgraded_before(self) -> bool:
        """Whether the user was moved or granted UpgradeToTeams before: an interrupted run may have left meetings behind (R42)."""
        assigned = self.online.user.assigned if self.online.user else None
        granted = bool(assigned) and same_instance(str(assigned), UPGRADE_TO_TEAMS)
        return self.stage is Stage.TEAMS_ONLY and (granted or self.onprem.homing is Homing.ONLINE)

    def to_item(self, stop: Reason | None = None) -> dict[str, object]:
        """Return the user as an item of a module's result: ready ones ok, unread ones unknown, others skipped.

        `stop` is what keeps everybody from being started, also those who are ready.
        """
        line: dict[str, object] = {"user": self.user.text, "status": Status.OK.value, "actions": []}
        if self.warnings:
            line["warnings"] = [warning.to_result() for warning in self.warnings]
        found = self.reasons
        if not found and stop is not None:
            found = (reasons.NOT_STARTED.format(user=self.user.text, cause=stop.message.rstrip(".")),)
        if not found:
            return line
        whole = replace(
            found[0],
            message=" ".join(reason.message for reason in found),
            remedy=" ".join(dict.fromkeys(reason.remedy for reason in found)),
        )
        unread = self.reasons and (self.onprem.unread or self.online.unread)
        status = Status.UNKNOWN if unread else Status.SKIPPED
        return {**line, "status": status.value, "reason": whole.to_result()}


@dataclass(frozen=True, slots=True)
class Assessment:
    """The users of a wave with their readiness. `stop` keeps everybody from being started (R39)."""

    users: tuple[Readiness, ...] = ()
    stop: Reason | None = None
    concerns: tuple[Reason, ...] = field(default=())

    def at(self, *stages: Stage) -> list[Readiness]:
        """Return those who are ready and at one of the stages; nobody where something stops everybody."""
        return [each for each in self.users if each.ready and each.stage in stages and self.stop is None]

    def to_result(self, *, with_users: bool = True) -> dict[str, object]:
        """Return the assessment in the form of a module's result, with the users or without."""
        result: dict[str, object] = {
            "users": [each.to_item(self.stop) for each in self.users] if with_users else [],
            "warnings": [concern.to_result() for concern in self.concerns],
        }
        if self.stop is not None:
            result |= {"msg": self.stop.sentence, "reason": self.stop.to_result()}
        return result


def assess_users(users: Iterable[UserId], sides: Sides, goal: WaveGoal | None = None) -> Assessment:
    """Return the readiness of each user, for whom both sides were asked."""
    goal = goal or WaveGoal()
    found = tuple(assess(user, *sides.of(user), goal) for user in users)
    concerns = [concern for item in sides.organisation if (concern := concern_of(item))]
    stop = _stop(concerns, {each.stage for each in found if each.ready}, goal)
    return Assessment(found, stop, tuple(each.reason for each in concerns if each.reason is not stop))


def assess(user: UserId, onprem: SideFacts, online: SideFacts, goal: WaveGoal) -> Readiness:
    """Return the readiness of one user."""
    stage = _stage(onprem, online)
    if stage is Stage.UNKNOWN or online.user is None:
        unread = tuple(side.reason for side in (onprem, online) if side.reason and not side.absent)
        return Readiness(user, Stage.UNKNOWN, onprem, online, unread or (_no_stage(user, onprem, online),))
    found = [*goal.left_out(user, stage), *_obstacles(stage, onprem, online.user, goal)]
    accepted = [reason for reason in found if reason.code in goal.accepted]
    warnings = [*_hints(stage, onprem, online.user, goal), *accepted]
    kept = tuple(_each_once(reason for reason in found if reason.code not in goal.accepted))
    return Readiness(user, stage, onprem, online, kept, tuple(_each_once(warnings)))


def _obstacles(stage: Stage, onprem: SideFacts, online: User, goal: WaveGoal) -> Iterator[Reason]:
    checks = goal.checks(stage)
    if stage is Stage.ONPREM and onprem.user:
        yield from obstacles(onprem.user, checks, onprem.onprem_dependencies)
        yield from obstacles_between(onprem.user, online, checks, onprem.onprem_dependencies)
    yield from obstacles(online, checks)


def _hints(stage: Stage, onprem: SideFacts, online: User, goal: WaveGoal) -> Iterator[Reason]:
    """What is worth knowing matters before the upgrade to TeamsOnly alone."""
    if goal.mode is not Mode.TEAMS_ONLY or stage not in (Stage.ONPREM, Stage.ONLINE):
        return
    if stage is Stage.ONPREM and onprem.user:
        yield from hints(onprem.user, goal.checks(stage), onprem.onprem_dependencies)
    yield from hints(online, goal.checks(stage))


def _stage(onprem: SideFacts, online: SideFacts) -> Stage:
    """Return how far the user has come. What one side could not tell leaves it open (R11)."""
    if online.user is None or (onprem.user is None and not onprem.absent):
        return Stage.UNKNOWN
    if onprem.user is None:
        return _cloud_stage(online.user) if online.homing is Homing.ONLINE else Stage.UNKNOWN
    if onprem.homing is Homing.ONPREM:
        return Stage.ONPREM
    return Stage.MOVING if online.homing is Homing.ONPREM else _cloud_stage(online.user)


def _cloud_stage(online: User) -> Stage:
    return Stage.TEAMS_ONLY if online.mode is Mode.TEAMS_ONLY else Stage.ONLINE


def _no_stage(user: UserId, onprem: SideFacts, online: SideFacts) -> Reason:
    """Return why a user has no stage although both sides answered: known to one side only, or to none."""
    if online.user is not None:
        what = "the cloud homes it on-prem, where it is not among the users"
        return reasons.NOT_A_USER.format(user=user.text, what=what)
    if onprem.user is not None:
        return reasons.NOT_SYNCED.format(user=user.text, what="is not known to the cloud")
    return reasons.USER_NOT_FOUND.format(user=user.text, host="The organisation")


def _stop(concerns: Iterable[Concern], stages: set[Stage], goal: WaveGoal) -> Reason | None:
    """Return what stops the wave: only where it still has a user to be changed in that way (R17, R39)."""
    moves = not goal.notifies and goal.mode is Mode.TEAMS_ONLY and Stage.ONPREM in stages
    changes = not goal.notifies and (moves or bool(stages - {Stage.TEAMS_ONLY, Stage.UNKNOWN}))
    due = {"move": moves, "mode": changes, "notify": goal.notifies and Stage.ONPREM in stages}
    standing = (each.reason for each in concerns if due.get(each.stops) and each.reason.code not in goal.accepted)
    return next(standing, None)


def _each_once(found: Iterable[Reason]) -> Iterable[Reason]:
    """Return each reason once, as its first mention has it."""
    once: dict[str, Reason] = {}
    for reason in found:
        once.setdefault(reason.code, reason)
    return once.values()
