# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger knows of a user: what they had before the first write, and what runs have changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from .._model.actions import GRANTS, MoveUser
from .._model.decision import Reason, Status
from .._model.phase import IN_CLOUD, UserPhase
from .._model.user import Homing
from .past import SENT, Facts, Sent

# What was sent, and of which nobody knows what came of it.
# How long a policy may take until it has its effect (R12).
TAKES_EFFECT_WITHIN = timedelta(hours=24)
OPEN = (SENT, Status.PENDING, Status.UNKNOWN)
# What a cmdlet may change, under the names of what users had before.
POLICIES = frozenset(("mode", "assigned", "notify_policy"))
MAY_CHANGE: Mapping[str, frozenset[str]] = {MoveUser.cmdlet: POLICIES | {"homing", "registrar_pool"}} | dict.fromkeys(
    GRANTS, POLICIES
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a user.

    `facts` is what they had before the first write, or when a rollback was complete, overlaid by what was changed and read back since.
    `upgraded`: a cmdlet of a run has led to their upgrade. `notified`, `granted`: one has assigned them the on-prem policy, or the mode,
    that is in `facts`. `returning`: one has moved them back, and nobody has read that everything else is back as well. `kept`: one was to
    move them back, or to give back what they had, and did not. `unfinished` holds
    what may have been changed by a cmdlet of which nobody knows what came of it. `reason`: why the last cmdlet did not do what it was
    sent for. `running`: a run has written something of them since the hosts were read. `overdue`: what a run has last assigned them should
    have its effect by now.
    """

    wave: str
    phase: UserPhase
    facts: Facts = field(default_factory=dict)
    upgraded: bool = False
    notified: bool = False
    granted: bool = False
    returning: bool = False
    kept: bool = False
    unfinished: frozenset[str] = frozenset()
    reason: Reason | None = None
    running: bool = False
    overdue: bool = False


def assigns(action: str, status: str) -> bool:
    """Return whether an event of the ledger has assigned a policy, also where that has no effect yet."""
    return action in MAY_CHANGE and status in (Status.CHANGED, Status.PENDING)


def known_of(
    wave: str,
    phase: UserPhase,
    before: Facts | None,
    sent: Iterable[Sent],
    *,
    running: bool = False,
    overdue: bool = False,
) -> Known:
    """Return what is known of a user for whom these cmdlets were sent, in this order."""
    facts, first = dict(before or {}), before or {}
    sides: set[bool] = set()
    upgraded, returning, kept, unfinished = False, False, False, frozenset[str]()
    reason: Reason | None = None
    for each in sent:
        changes = MAY_CHANGE.get(each.action, frozenset())
        changed = each.status == Status.CHANGED
        reason = None if changed else each.reason
        if changed:
            facts = overlaid(facts, first, each)
            unfinished -= changes
            sides = (
                {*sides, _is_onprem(each)}
                if each.action in GRANTS
                else set()
                if each.action == MoveUser.cmdlet
                else sides
            )
        elif each.status in OPEN and not (each.status == Status.UNKNOWN and each.after):
            unfinished |= changes
        if changes and each.leads_to in IN_CLOUD:
            upgraded |= each.status != Status.FAILED
        elif each.leads_to is UserPhase.ROLLED_BACK and changed:
            upgraded = False
        kept = each.leads_to is UserPhase.ROLLED_BACK and each.status in (Status.FAILED, Status.UNKNOWN)
        returning = changed and (each.leads_to is UserPhase.ROLLED_BACK or (returning and each.action in GRANTS))
    onprem, online = True in sides, False in sides
    return Known(wave, phase, facts, upgraded, onprem, online, returning, kept, unfinished, reason, running, overdue)


def overlaid(facts: dict[str, object], first: Facts, event: Sent) -> dict[str, object]:
    """Return the facts of a user once a cmdlet has changed them. `first`: what they had before the first write."""
    after = event.after
    if event.action == MoveUser.cmdlet:
        if after.get("homing") == Homing.ONLINE:
            return {"homing": Homing.ONLINE.value}
        # Who comes back is to have what they had before they were moved.
        back = {key: value for key, value in first.items() if key in POLICIES}
        kept = facts if facts.get("homing") == Homing.ONPREM else back
        return {**kept, **{key: after[key] for key in ("homing", "registrar_pool") if key in after}}
    if event.action not in GRANTS:
        return facts
    if _is_onprem(event):
        return {**facts, **({"notify_policy": after["policy"]} if "policy" in after else {})}
    found = {name: after[key] for key, name in (("mode", "mode"), ("policy", "assigned")) if key in after}
    return {**facts, **found}


def _is_onprem(grant: Sent) -> bool:
    """Return whether a grant is one of the Skype for Business side, where policies have no mode."""
    return "mode" not in grant.before and "mode" not in grant.after
