# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies of groups: Get-, New- and Remove-CsGroupPolicyAssignment."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from .. import texts
from ..bound import Behaviour, Bound, Refusal, rows
from ..identities import fold
from ..shapes_online import UPGRADE_POLICY


def get_assignments(bound: Bound) -> Outcome:
    """Get-CsGroupPolicyAssignment."""
    group, kind = bound.text("GroupId"), bound.text("PolicyType")
    return rows(
        [
            Thing(
                "GroupPolicyAssignment",
                {
                    "GroupId": one.group,
                    "PolicyType": UPGRADE_POLICY,
                    "PolicyName": one.instance,
                    "Rank": one.rank,
                },
            )
            for one in bound.world.tenant.settings.group_grants
            if (group is None or fold(one.group) == fold(group))
            and (kind is None or fold(kind) == fold(UPGRADE_POLICY))
        ]
    )


def new_assignment(bound: Bound) -> Outcome:
    """New-CsGroupPolicyAssignment: not for TeamsUpgradePolicy; other policies are not simulated."""
    if fold(bound.text("PolicyType") or "") == fold(UPGRADE_POLICY):
        raise Refusal(texts.GROUP_UNSUPPORTED, "GroupAssignmentNotSupported")
    return Outcome()


def remove_assignment(bound: Bound) -> Outcome:
    """Remove-CsGroupPolicyAssignment."""
    settings, group = bound.world.tenant.settings, fold(bound.text("GroupId") or "")
    ours = fold(bound.text("PolicyType") or "") == fold(UPGRADE_POLICY)
    settings.group_grants = [one for one in settings.group_grants if not (ours and fold(one.group) == group)]
    return Outcome()


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsGroupPolicyAssignment": get_assignments,
    "New-CsGroupPolicyAssignment": new_assignment,
    "Remove-CsGroupPolicyAssignment": remove_assignment,
}
