# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs have done to a user, by the ledger, for those who judge or take back what came of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .._model.actions import GRANTS, MoveUser, StartMeetingMigration
from .._model.decision import Reason, Status
from .._model.phase import IN_CLOUD, UserPhase
from .._model.policy import UPGRADE_TO_TEAMS, same_instance
from .._model.user import Homing

Facts = Mapping[str, object]

SENT = "sent"
# What an event says of a cmdlet that changed something, or may have.
READ_BACK = (Status.CHANGED.value, Status.PENDING.value)
MAYBE = (*READ_BACK, Status.UNKNOWN.value, SENT)


@dataclass(frozen=True, slots=True)
class Sent:
    """A cmdlet that a run has sent for a user. `leads_to` is the phase that it leads to; None where it leads to none."""

    action: str
    status: str
    leads_to: UserPhase | None = None
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    reason: Reason | None = None


@dataclass(frozen=True)
class Past:
    """What the ledger knows of a user: what they had before the first write, and what was sent for them, the oldest first.

    `restored`: when a rollback had last brought everything back; `sent` is what was sent since.
    """

    before: Facts
    sent: tuple[Sent, ...] = ()
    restored: datetime | None = None

    @property
    def changed(self) -> bool:
        """Whether a run has changed the user, or may have, in a way that a rollback takes back."""
        return self.was_moved or self.granted or self.notified

    @cached_property
    def was_moved(self) -> bool:
        """Whether a run has moved the user to the cloud, or may have, at any time."""
        return any(_to_cloud(each) for each in self.sent)

    @cached_property
    def moved(self) -> bool:
        """Whether a run has moved the user to the cloud, or may have, and none has moved them back since."""
        moved = False
        for each in self.sent:
            if _to_cloud(each):
                moved = True
            elif each.action == MoveUser.cmdlet and each.leads_to == UserPhase.ROLLED_BACK and each.status in READ_BACK:
                moved = False
        return moved

    @property
    def granted(self) -> bool:
        """Whether a run has assigned a policy in the cloud: there, a policy has a mode."""
        return bool(self._grants(online=True))

    @property
    def notified(self) -> bool:
        """Whether a run has assigned a policy on-prem."""
        return bool(self._grants(online=False))

    @property
    def converted(self) -> bool:
        """Whether a run has had the user's meetings converted, or may have."""
        return any(each.action == StartMeetingMigration.cmdlet and each.status in MAYBE for each in self.sent)

    @property
    def born_online(self) -> bool:
        """Whether the user was homed online before the first write."""
        return self.before.get("homing") == Homing.ONLINE

    def may_have_assigned(self, policy: str, *, online: bool) -> bool:
        """Return whether a run may have assigned a policy, empty for none: by a grant, or by a move, which takes a mode away (R64)."""
        if online and self.was_moved and (not policy or same_instance(policy, UPGRADE_TO_TEAMS)):
            return True
        return any(
            "policy" not in each.after or same_instance(str(each.after["policy"] or "") or None, policy or None)
            for each in self._grants(online=online)
        )

    def _grants(self, *, online: bool) -> list[Sent]:
        grants = (each for each in self.sent if each.action in GRANTS and each.status in MAYBE)
        return [each for each in grants if ("mode" in each.before) is online]


def _to_cloud(sent: Sent) -> bool:
    leads = sent.leads_to in IN_CLOUD
    from_cloud = sent.before.get("homing") == Homing.ONLINE
    return sent.action == MoveUser.cmdlet and sent.status in MAYBE and leads and not from_cloud
