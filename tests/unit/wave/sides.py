# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both sides show of users, as two answers of a module bring it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import (
    Assessment,
    WaveGoal,
    assess_users,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import Sides

Item = Mapping[str, object]


def assessment_of(
    users: Sequence[UserId],
    onprem: Iterable[Item],
    online: Iterable[Item],
    organisation: Iterable[Item] = (),
    goal: WaveGoal | None = None,
) -> Assessment:
    """The readiness of users whom both sides list like that."""
    sides = Sides()
    sides.take(Side.ONPREM, users, {"users": list(onprem), "organisation": list(organisation)})
    sides.take(Side.ONLINE, users, {"users": list(online)})
    return assess_users(users, sides, goal)
