# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New- and Get-CsBatchPolicyAssignmentOperation."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from .. import texts
from ..assigning import assign_in_batch, instance_to_grant
from ..batches import LIMIT, POLICY_TYPES, SUCCESS, Operation
from ..bound import Behaviour, Bound, Refusal, output, rows
from ..identities import fold
from ..modes import Instance
from ..shapes_online import UPGRADE_POLICY

# A typed object that prints as its id.
_STATE = "Microsoft.Teams.Config.Cmdlets.Models.UserState"


def new_operation(bound: Bound) -> Outcome:
    """New-CsBatchPolicyAssignmentOperation: returns the operation's id; the users follow by and by."""
    users, policy_type = bound.texts("Identity"), bound.text("PolicyType") or ""
    if len(users) > LIMIT:
        raise Refusal(texts.BATCH_TOO_LARGE.format(count=len(users)), "BadRequest", "InvalidArgument")
    if fold(policy_type) not in map(fold, POLICY_TYPES):
        raise Refusal(texts.BATCH_POLICY_TYPE.format(policy_type=policy_type), "BadRequest", "InvalidArgument")
    ours = fold(policy_type) == fold(UPGRADE_POLICY)
    instance = instance_to_grant(bound.text("PolicyName")) if ours else None
    model = bound.model

    def assign(user: str) -> str:
        return _assign(bound, user, instance) if ours else SUCCESS

    operation = model.batches.start(users, bound.text("OperationName") or "", bound.call.user, assign)
    bound.touched.extend(item.user for item in operation.items)
    return output(operation.operation_id)


def _assign(bound: Bound, user: str, instance: Instance | None) -> str:
    return assign_in_batch(bound.model, user, instance)


def get_operation(bound: Bound) -> Outcome:
    """Get-CsBatchPolicyAssignmentOperation: one with its users, or the list of the last 30 days without."""
    wanted = bound.text("Identity")
    if wanted is not None:
        operation = bound.model.batches.operations.get(fold(wanted))
        if operation is None:
            raise Refusal(texts.BATCH_UNKNOWN.format(operation=wanted), "NotFound", "ObjectNotFound")
        return output(_shown(operation, users=True))
    status = bound.text("Status")
    return rows(
        [
            _shown(operation, users=False)
            for operation in bound.model.batches.kept()
            if status is None or fold(operation.status) == fold(status)
        ]
    )


def _shown(operation: Operation, *, users: bool) -> Thing:
    states = [
        Thing(_STATE, {"Id": item.user, "Result": item.result, "State": item.state}, item.user)
        for item in operation.items
    ]
    return Thing(
        "Microsoft.Teams.Config.Cmdlets.Models.BatchAssignment",
        {
            "OperationId": operation.operation_id,
            "OperationName": operation.name,
            "OverallStatus": operation.status,
            "CreatedBy": operation.created_by,
            "CreatedTime": operation.created,
            "CompletedTime": operation.completed,
            "CompletedCount": operation.count("Completed"),
            "ErrorCount": operation.errors,
            "InProgressCount": operation.count("InProgress"),
            "NotStartedCount": operation.count("NotStarted"),
            "UserState": states if users else [],
        },
    )


BEHAVIOURS: dict[str, Behaviour] = {
    "New-CsBatchPolicyAssignmentOperation": new_operation,
    "Get-CsBatchPolicyAssignmentOperation": get_operation,
}
