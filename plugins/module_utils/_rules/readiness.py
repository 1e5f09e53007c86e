# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who of a wave can be upgraded, and what is missing for the others (R10, R11, R21, R23 to R28, R30, R72)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .._model import reasons
from .._model.decision import Reason, Status
from .._model.identity import address_of, fold
from .._model.policy import UPGRADE_TO_TEAMS, Mode, same_instance
from .checks import Concern, concern_of
from .ready import CONFERENCING, NOT_USERS, PLANS

Item = Mapping[str, object]


class Station(StrEnum):
    """How far a user has come. MOVING: moved on-prem, which the cloud has not heard of yet."""

    ONPREM = "onprem"
    MOVING = "moving"
    ONLINE = "online"
    TEAMS_ONLY = "teams_only"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sight:
    """What one side says of a user: the facts, or None and why. `absent`: that side knows no such user."""

    facts: Item | None
    absent: bool = False
    reason: Reason | None = None

    @property
    def unread(self) -> bool:
        """Whether this side could not say what it knows: it did if it called the account no user (R28)."""
        refused = self.reason is not None and self.reason.code == reasons.NOT_A_USER.code
        return self.facts is None and not self.absent and not refused

    def says(self, key: str) -> str:
        """Return a fact as folded text; empty when it is missing."""
        return fold(str((self.facts or {}).get(key) or ""))

    def said(self, key: str) -> list[Reason]:
        """Return the `reasons` or `warnings` that the side itself found."""
        found = (self.facts or {}).get(key)
        items = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
        return [Reason.of(item) for item in items if isinstance(item, Mapping)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A user, where they stand, and what keeps them from being upgraded. `traces`: an upgrade has been made before."""

    user: str
    station: Station
    reasons: tuple[Reason, ...]
    onprem: Sight
    online: Sight
    warnings: tuple[Reason, ...] = ()

    @property
    def traces(self) -> bool:
        """Whether the user was moved or granted UpgradeToTeams: an interrupted run may have left meetings behind."""
        assigned = (self.online.facts or {}).get("assigned")
        granted = bool(assigned) and same_instance(str(assigned), UPGRADE_TO_TEAMS)
        return granted or self.onprem.says("homing") == "online"

    def shown(self) -> dict[str, object]:
        """Return the verdict as roles see it."""
        facts = {**(self.onprem.facts or {}), **(self.online.facts or {})}
        return {
            "user": self.user,
            "ready": not self.reasons,
            "station": self.station.value,
            "mode": facts.get("mode"),
            "display_name": facts.get("display_name") or "",
            "reasons": [reason.shown() for reason in self.reasons],
            "warnings": [reason.shown() for reason in self.warnings],
        }

    def item(self, stop: Reason | None = None) -> dict[str, object]:
        """Return the verdict in the form of a module's users: ready ones ok, unread ones unknown, others skipped.

        `stop` keeps those who are ready from being started.
        """
        line: dict[str, object] = {"user": self.user, "status": Status.OK.value, "actions": []}
        if self.warnings:
            line["warnings"] = [warning.shown() for warning in self.warnings]
        found = self.reasons
        if not found and stop is not None:
            found = (reasons.NOT_STARTED.about(user=self.user, cause=stop.message.rstrip(".")),)
        if not found:
            return line
        unread = any(sight.unread for sight in (self.onprem, self.online))
        whole = replace(
            found[0],
            message=" ".join(reason.message for reason in found),
            remedy=" ".join(reason.remedy for reason in found),
        )
        status = Status.UNKNOWN if self.reasons and unread else Status.SKIPPED
        return {**line, "status": status.value, "reason": whole.shown()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the wave is to do: upgrade users to `mode`, or, in the phase `notify`, tell them of it.

    `accepted` holds codes that somebody has decided to live with: they are warnings, not obstacles.
    """

    mode: Mode = Mode.TEAMS_ONLY
    phase: str = "upgrade"
    without_telephony: bool = False
    accepted: frozenset[str] = frozenset()


UPGRADE = Asked()


def judge_users(
    users: Sequence[str],
    onprem: Iterable[Item],
    online: Iterable[Item],
    organisation: Iterable[Item] = (),
    asked: Asked = UPGRADE,
) -> dict[str, object]:
    """Return `{users: [verdict], items, onprem, moving, online, teams_only, not_ready, upgraded_before: [address], warnings, stop}`.

    `onprem`, `online` and `organisation` are what upgrade_readiness_info listed on either side. The lists of addresses name ready users by
    station; `items` are the verdicts in the form of a module's users. `stop` is what keeps everybody from being started, and then the
    lists are empty; `warnings` are what else is not in order in the organisation.
    """
    sights = _by_address(onprem), _by_address(online)
    verdicts = [_judge(user, _sight(user, sights[0]), _sight(user, sights[1]), asked) for user in users]
    ready = [verdict for verdict in verdicts if not verdict.reasons]
    concerns = [concern for item in organisation if (concern := concern_of(item))]
    stop = _stop(concerns, {verdict.station for verdict in ready}, asked)
    lists = {
        station.value: [each.user for each in ready if each.station is station and stop is None]
        for station in Station
        if station is not Station.UNKNOWN
    }
    return {
        "users": [verdict.shown() for verdict in verdicts],
        "items": [verdict.item(stop) for verdict in verdicts],
        **lists,
        "not_ready": [verdict.user for verdict in verdicts if verdict.reasons],
        "upgraded_before": [
            each.user for each in ready if each.station is Station.TEAMS_ONLY and each.traces and stop is None
        ],
        "warnings": [concern.reason.shown() for concern in concerns if concern.reason is not stop],
        "stop": stop.shown() if stop else None,
    }


def _stop(concerns: Iterable[Concern], stations: set[Station], asked: Asked) -> Reason | None:
    """Return what keeps everybody from what is asked: only where there is somebody to whom it would be done (R17, R39)."""
    notifies = asked.phase == "notify"
    moves = not notifies and asked.mode is Mode.TEAMS_ONLY and Station.ONPREM in stations
    changes = not notifies and (moves or bool(stations - {Station.TEAMS_ONLY, Station.UNKNOWN}))
    due = {"move": moves, "mode": changes, "notify": notifies and Station.ONPREM in stations}
    standing = (each.reason for each in concerns if due.get(each.stops) and each.reason.code not in asked.accepted)
    return next(standing, None)


def _by_address(items: Iterable[Item]) -> dict[str, Item]:
    return {address_of(item.get("user")): item for item in items}


def _sight(user: str, items: Mapping[str, Item]) -> Sight:
    item = items.get(address_of(user))
    if item is None:
        return Sight(None, reason=reasons.READ_FAILED.about(user=user, fault="the host gave no answer"))
    given = item.get("reason")
    if item.get("status") == "ok" and item.get("homing") in ("onprem", "online"):
        return Sight(item)
    if not isinstance(given, Mapping):
        return Sight(None, reason=reasons.HOMING_UNKNOWN.about(user=user, why="the host does not say"))
    said = Reason.of(given)
    return Sight(None, absent=said.code == reasons.USER_NOT_FOUND.code, reason=said)


def _judge(user: str, onprem: Sight, online: Sight, asked: Asked) -> Verdict:
    station = _station(onprem, online)
    if station is Station.UNKNOWN:
        unread = [sight.reason for sight in (onprem, online) if sight.reason and not sight.absent]
        fallback = _nowhere_to_be_upgraded(user, onprem, online)
        return Verdict(user, station, tuple(unread) or (fallback,), onprem, online)
    found = list(_common(user, online))
    warnings: list[Reason] = []
    if station is Station.ONPREM:
        found += _onprem(user, onprem, online)
        if asked.mode is Mode.TEAMS_ONLY:
            found += _movable(user, onprem, online, asked.without_telephony)
            warnings += [*onprem.said("warnings"), *online.said("warnings")]
    elif station is Station.ONLINE and asked.mode is Mode.TEAMS_ONLY:
        found += _licensed(user, online, ("Teams",))
        warnings += online.said("warnings")
    warnings += [reason for reason in found if reason.code in asked.accepted]
    found = [reason for reason in found if reason.code not in asked.accepted]
    return Verdict(user, station, tuple(found), onprem, online, _each_once(warnings))


def _each_once(found: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple({reason.code: reason for reason in found}.values())


def _station(onprem: Sight, online: Sight) -> Station:
    """Return where the user stands. What one side could not say leaves it open (R11)."""
    if online.facts is None or (onprem.facts is None and not onprem.absent):
        return Station.UNKNOWN
    if onprem.facts is None:
        return _cloud_station(online) if online.says("homing") == "online" else Station.UNKNOWN
    if onprem.says("homing") == "onprem":
        return Station.ONPREM
    return Station.MOVING if online.says("homing") == "onprem" else _cloud_station(online)


def _cloud_station(online: Sight) -> Station:
    return Station.TEAMS_ONLY if Mode.read(online.says("mode")) is Mode.TEAMS_ONLY else Station.ONLINE


def _nowhere_to_be_upgraded(user: str, onprem: Sight, online: Sight) -> Reason:
    """Return why a user has no station although both sides answered: known to one side only, or to none."""
    if online.facts is not None:
        return reasons.NOT_A_USER.about(user=user, what="the cloud homes it on-prem, where it is not among the users")
    if onprem.facts is not None:
        return reasons.NOT_SYNCED.about(user=user, what="is not known to the cloud")
    return reasons.USER_NOT_FOUND.about(user=user, host="The organisation")


def _common(user: str, online: Sight) -> Iterator[Reason]:
    if online.says("account_type") in NOT_USERS:
        yield reasons.NOT_A_USER.about(user=user, what=f"the account type is {(online.facts or {})['account_type']}")
    errors = (online.facts or {}).get("validation_errors")
    if isinstance(errors, Sequence) and errors:
        yield reasons.VALIDATION_ERRORS.about(user=user, errors="; ".join(str(error).rstrip(".") for error in errors))


def _onprem(user: str, onprem: Sight, online: Sight) -> Iterator[Reason]:
    if (onprem.facts or {}).get("enabled") is False:
        yield reasons.ACCOUNT_DISABLED.about(user=user)
    if online.says("homing") != "onprem":
        yield reasons.NOT_SYNCED.about(user=user, what="is homed online for the cloud")
    here, there = address_of(onprem.says("sip_address")), address_of(online.says("sip_address"))
    if here and here != there:
        yield reasons.SIP_ADDRESS_DIFFERS.about(user=user, onprem=here, online=there or "without SIP address")


def _movable(user: str, onprem: Sight, online: Sight, without_telephony: bool) -> Iterator[Reason]:
    facts = onprem.facts or {}
    yield from _licensed(user, online, ("Teams", "MCOProfessional"))
    calls = bool(facts.get("enterprise_voice") or facts.get("line_uri")) and not without_telephony
    if calls and "MCOEV" not in (_licences(online) or ()):
        yield reasons.PHONE_SYSTEM_MISSING.about(user=user)
    held = _licences(online)
    if facts.get("dial_in") is True and held is not None and CONFERENCING not in held:
        yield reasons.AUDIO_CONFERENCING_MISSING.about(user=user)
    contacts = reasons.CONTACTS_IN_EXCHANGE.code
    yield from (reason for reason in onprem.said("reasons") if reason.code == contacts)


def _licensed(user: str, online: Sight, plans: Sequence[str]) -> Iterator[Reason]:
    held = _licences(online)
    if held is None:
        yield reasons.LICENCES_UNKNOWN.about(user=user)
    elif missing := [PLANS[plan] for plan in plans if plan not in held]:
        yield reasons.NOT_LICENSED.about(user=user, plans=" and ".join(missing))


def _licences(online: Sight) -> frozenset[str] | None:
    held = (online.facts or {}).get("licences")
    return frozenset(map(str, held)) if isinstance(held, Sequence) else None
