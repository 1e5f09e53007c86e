# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes back of one user, and what does not: by the ledger, and by what both sides show now (R10, R63 to R66)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .._model import reasons
from .._model.decision import Reason, Status
from .._model.identity import UserId, fold
from .._model.policy import UPGRADE_TO_TEAMS, Mode, built_in, same_instance
from .._model.rollback_reasons import (
    CHANGED_BY_OTHERS,
    CHANGED_SINCE,
    MODE_NOT_RECORDED,
    MODE_NOT_RESTORED,
    MODE_STAYS,
    NOT_OURS,
    POOL_NOT_RECORDED,
)
from .._model.user import Homing
from .._model.wave_reasons import KNOWN_BY_ANOTHER_NAME
from .past import Past
from .sides import SideFacts

Options = Mapping[str, object]

INHERIT: Options = {"state": "absent"}
# The steps of a rollback.
MOVE_BACK, SYNC, MODE_STEP, NOTIFICATION = "move_back", "sync", "mode", "notification"
# What a move back leaves in the cloud (R64).
CONTACTS = "contacts"
MODE = "mode (that of the tenant default applies)"
MEETINGS = "meetings (they stay Teams meetings)"


@dataclass(frozen=True, slots=True)
class Return:
    """What comes back of a user. With a `reason` nothing is done: the user ends with the `status`.

    `pool`: where the user is moved to; None where they are not moved. `waits`: moved back already, which the cloud does not show yet.
    `mode` and `notice` are the options of the modules that assign what the user had; None where nothing is assigned. `coming`
    names what comes back, by its step, and `lost` what does not, for people.
    """

    user: UserId
    onprem: SideFacts
    online: SideFacts
    pool: str | None = None
    waits: bool = False
    mode: Options | None = None
    notice: Options | None = None
    status: Status = Status.OK
    reason: Reason | None = None
    warnings: tuple[Reason, ...] = ()
    coming: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def settles(self) -> bool:
        """Whether the cloud still calls the user TeamsOnly, who is back on-prem without a mode of their own (R10, R12)."""
        return self.reason is None and not self.steps and bool(self.online.user and self.online.user.inconsistent)

    @property
    def steps(self) -> frozenset[str]:
        """The names of the steps that bring it back."""
        needed = {
            MOVE_BACK: self.pool is not None,
            SYNC: self.waits or self.pool is not None,
            MODE_STEP: self.mode is not None,
            NOTIFICATION: self.notice is not None,
        }
        return frozenset(step for step, is_needed in needed.items() if is_needed)

    def to_item(self) -> dict[str, object]:
        """Return the user as an item of a module's result."""
        line: dict[str, object] = {"user": self.user.text, "status": self.status.value, "actions": []}
        if self.warnings:
            line["warnings"] = [warning.to_result() for warning in self.warnings]
        return line if self.reason is None else {**line, "reason": self.reason.to_result()}


def decide(
    user: UserId, past: Past | None, onprem: SideFacts, online: SideFacts, instead: str = "", other_name: str = ""
) -> Return:
    """Return what comes back of a user.

    `instead` is the pool for users whose own is not recorded. `other_name`: the one by which runs have changed the user, if not by this.
    """
    found = Return(user, onprem, online)
    if other_name:
        return refused(found, KNOWN_BY_ANOTHER_NAME.format(user=user.text, other=other_name))
    if past is None and onprem.absent and online.absent:
        return refused(found, reasons.USER_NOT_FOUND.format(user=user.text, host="The organisation"))
    if past is None or not (past.changed or past.restored):
        return _left(found, "no run that the ledger knows has changed them")
    for side in (onprem, online):
        if side.user is None and not side.absent:
            return refused(found, side.reason, Status.UNKNOWN if side.unread else Status.FAILED)
    if not past.changed:
        return _restored(found, past)
    return _born_online(found, past) if past.born_online else _born_onprem(found, past, instead)


def _left(found: Return, why: str) -> Return:
    return replace(found, status=Status.SKIPPED, reason=NOT_OURS.format(user=found.user.text, why=why))


def refused(found: Return, reason: Reason | None, status: Status = Status.FAILED) -> Return:
    """Return that nothing is done for a user, and why."""
    unread = reasons.READ_FAILED.format(user=found.user.text, fault="the host gave no answer")
    return replace(found, status=status, reason=reason or unread)


def returned(found: Return, past: Past) -> dict[str, object]:
    """Return what a user has once everything is back, under the names of what they had before; what nobody knows is left out.

    An inherited mode is that of the tenant default, which may be another by now (R64).
    """
    here, there = (side.user.before() if side.user else {} for side in (found.onprem, found.online))
    facts = dict(past.before)
    if found.mode is None and found.pool is None and not found.waits:
        facts |= {name: there[name] for name in ("mode", "assigned") if name in there}
    elif MODE in found.lost:
        facts = {name: value for name, value in facts.items() if name not in ("mode", "assigned")}
    if not facts.get("assigned", True):
        facts.pop("mode", None)
    if past.born_online:
        return facts
    kept = ("registrar_pool", "notify_policy") if found.notice is None else ("registrar_pool",)
    facts |= {name: here[name] for name in kept if name in here}
    return facts | {"homing": Homing.ONPREM.value} | ({"registrar_pool": found.pool} if found.pool else {})


def _restored(found: Return, past: Past) -> Return:
    """Leave who has got everything back as they are: what is different by now, others have changed since."""
    if not past.born_online and found.onprem.homing is Homing.ONLINE:
        return _left(found, "they were rolled back, and somebody else has moved them to the cloud since")
    user, (wanted, _missing) = found.online.user, _assignment(found, past)
    if wanted is None or user is None or user.assigned is None or _has(found, wanted, past):
        return found
    present = f"policy {user.assigned}" if user.assigned else "the mode of the tenant default"
    return replace(found, warnings=(CHANGED_SINCE.format(user=found.user.text, present=present),))


def _born_online(found: Return, past: Past) -> Return:
    """Who was homed online before the first write gets the former assignment back, and is not moved (M3)."""
    if found.online.user is None:
        return refused(found, found.online.reason)
    if found.online.homing is Homing.ONPREM or found.onprem.homing is Homing.ONPREM:
        return _left(found, "they were homed online before, and somebody else has moved them to a pool")
    if not past.granted:
        return found
    back = _with_mode(found, past, restored=True)
    if back.mode is not None and past.converted:
        back = replace(back, lost=(*back.lost, MEETINGS))
    if back.mode is None and not back.warnings and stays_teams_only(past, found.online.user.mode):
        return refused(found, MODE_STAYS.format(user=found.user.text), Status.PENDING)
    return back


def stays_teams_only(past: Past, mode: object) -> bool:
    """Return whether a user who is homed online and inherits a mode again is still TeamsOnly, and was not before."""
    had = Mode.read(past.before.get("mode"))
    inherits = "assigned" in past.before and not past.before["assigned"]
    return past.born_online and inherits and had not in (None, Mode.TEAMS_ONLY) and mode == Mode.TEAMS_ONLY


def _born_onprem(found: Return, past: Past, instead: str) -> Return:
    onprem, name = found.onprem.user, found.user.text
    if onprem is None:
        return refused(found, reasons.NOT_ENABLED_ONPREM.format(user=name))
    if found.online.user is None:
        return refused(found, found.online.reason)
    if found.onprem.homing is Homing.ONPREM:
        back = replace(found, waits=found.online.homing is Homing.ONLINE)
        return _with_notice(_with_mode(back, past) if past.was_moved or past.granted else back, past)
    if not past.moved:
        return _left(found, "somebody else has moved them to the cloud")
    if found.online.homing is Homing.ONPREM:
        return refused(found, reasons.SYNC_PENDING.format(user=name), Status.PENDING)
    if onprem.enabled is False:
        return refused(found, reasons.ACCOUNT_DISABLED.format(user=name))
    pool = str(past.before.get("registrar_pool") or "") or instead
    if not pool:
        return refused(found, POOL_NOT_RECORDED.format(user=name))
    moved = replace(found, pool=pool, coming={MOVE_BACK: homed_in(pool)}, lost=(CONTACTS, MEETINGS))
    return _with_notice(_with_mode(moved, past), past)


def homed_in(pool: str) -> str:
    """Return that a user is homed in a pool again, in words."""
    return f"homed in {pool}"


def _with_mode(found: Return, past: Past, *, restored: bool = False) -> Return:
    """Add the assignment in the cloud that the user had, unless they have it. A move back takes any away (R64)."""
    wanted, missing = _assignment(found, past)
    if wanted is None:
        reason = missing.format(user=found.user.text)
        return replace(found, warnings=(*found.warnings, reason), lost=(*found.lost, MODE))
    moves = found.pool is not None or found.waits
    if not moves and _has(found, wanted, past):
        return found
    present = found.online.user.assigned if found.online.user else None
    if not moves and present is not None and not past.may_have_assigned(present, online=True):
        return _kept(found, present or "no policy of their own")
    said = _mode_in_words(wanted, past)
    options = {**wanted, "restore": True} if restored and wanted is not INHERIT else wanted
    return replace(found, mode=options, coming={**found.coming, MODE_STEP: said})


def _assignment(found: Return, past: Past) -> tuple[Options | None, Reason]:
    """Return the options that assign what the user had in the cloud; None with the reason where that cannot be done."""
    before = past.before
    mode = Mode.read(before.get("mode"))
    if "assigned" not in before:
        granted = mode is not None and (past.born_online or mode is not Mode.TEAMS_ONLY)
        return ({"mode": str(mode)} if granted else None), MODE_NOT_RESTORED if mode else MODE_NOT_RECORDED
    assigned = str(before["assigned"] or "")
    if not past.born_online and assigned and same_instance(assigned, UPGRADE_TO_TEAMS):
        return None, MODE_NOT_RESTORED
    return ({"policy": assigned} if assigned else INHERIT), MODE_NOT_RECORDED


def _has(found: Return, wanted: Options, past: Past) -> bool:
    """Return whether a user has what is wanted, and it is in effect: the module tells of what is not yet (R12)."""
    user = found.online.user
    if user is None or (user.assigned is None and "mode" not in wanted):
        return False
    if "mode" in wanted:
        return user.mode is Mode.read(wanted["mode"])
    policy = str(wanted.get("policy") or "")
    instance = built_in(policy)
    in_effect = instance is None or user.mode in (None, instance.mode, Mode.read(past.before.get("mode")))
    return in_effect and same_instance(user.assigned or None, policy or None)


def _mode_in_words(wanted: Options, past: Past) -> str:
    mode = Mode.read(past.before.get("mode"))
    if wanted is INHERIT:
        return f"no mode of their own, so that the tenant default applies{f' (they had {mode})' if mode else ''}"
    policy = str(wanted.get("policy") or "")
    if not policy:
        return f"mode {mode}"
    return f"policy {policy}" if mode is None or same_instance(policy, mode) else f"policy {policy} (mode {mode})"


def _kept(found: Return, present: str) -> Return:
    """Keep what others have assigned since a run did: it is not the collection's to take away."""
    return replace(found, warnings=(*found.warnings, CHANGED_BY_OTHERS.format(user=found.user.text, present=present)))


def _with_notice(found: Return, past: Past) -> Return:
    """Add the on-prem policy that the user had, unless they have it, where a run has assigned another one."""
    if not past.notified or "notify_policy" not in past.before:
        return found
    wanted = str(past.before["notify_policy"] or "")
    present = found.onprem.user.assigned if found.onprem.user else None
    if present is not None and fold(present) == fold(wanted):
        return found
    if present is not None and not past.may_have_assigned(present, online=False):
        return _kept(found, f"on-prem {present or 'no policy of their own'}")
    said = f"on-prem policy {wanted}" if wanted else "no on-prem policy of their own"
    return replace(found, notice={"policy": wanted} if wanted else INHERIT, coming={**found.coming, NOTIFICATION: said})
