# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users are homed, and what moving them means (R31 to R33, R63, R64)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._model.actions import MoveUser
from .._model.decision import Change, Decision, Keep
from .._model.target import Target
from .._model.user import Homing, User
from .reading import unless_homing_known

# What a move back on-prem does not bring back (R64).
LOST_BY_MOVING_BACK = (
    "Users moved back on-prem do not get their contacts back, their meetings stay Teams meetings, "
    "and their coexistence mode becomes the tenant default."
)


@dataclass(frozen=True, slots=True)
class Move:
    """Users are homed at `target`. `how` carries the options of the move; its identity and target are filled in per user."""

    target: Target
    how: MoveUser

    def decide(self, user: User) -> Decision:
        """Return what is to be done about `user`."""
        if unread := unless_homing_known(user):
            return unread
        if self.target.holds(user):
            return Keep(user.home())
        online = self.target.homing is Homing.ONLINE
        after = replace(user, homing=self.target.homing, registrar_pool=None if online else self.target.fqdn)
        return Change(user.home(), after.home(), replace(self.how, identity=user.identity, target=self.target.fqdn))
