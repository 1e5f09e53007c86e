# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Batch policy assignment: an operation that runs by itself, user by user, and says afterwards how each one went."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from .identities import bare
from .world import World

LIMIT = 5000
POLICY_TYPES = (
    "CallingLineIdentity ExternalAccessPolicy OnlineVoiceRoutingPolicy TeamsAppSetupPolicy TeamsAppPermissionPolicy "
    "TeamsCallingPolicy TeamsCallParkPolicy TeamsChannelsPolicy TeamsEducationAssignmentsAppPolicy "
    "TeamsEmergencyCallingPolicy TeamsMeetingBroadcastPolicy TeamsEmergencyCallRoutingPolicy TeamsMeetingPolicy "
    "TeamsMessagingPolicy TeamsTemplatePermissionPolicy TeamsUpdateManagementPolicy TeamsUpgradePolicy "
    "TeamsVerticalPackagePolicy TeamsVideoInteropServicePolicy TenantDialPlan"
).split()
KEPT = timedelta(days=30)
SUCCESS = "Success"
_CHUNK = 25

# Assigns the policy to one user; returns Success or what went wrong.
Assign = Callable[[str], str]


@dataclass(slots=True)
class Item:
    """One user of an operation, as given."""

    user: str
    state: str = "NotStarted"
    result: str = ""


@dataclass(slots=True, eq=False)
class Operation:
    """One operation."""

    operation_id: str
    name: str
    created: datetime
    created_by: str
    items: list[Item]
    status: str = "NotStarted"
    completed: datetime | None = None

    def count(self, state: str) -> int:
        """Return how many users are in a state."""
        return sum(item.state == state for item in self.items)

    @property
    def errors(self) -> int:
        """How many users are done and did not get the policy."""
        return sum(item.state == "Completed" and item.result != SUCCESS for item in self.items)


@dataclass
class BatchOperations:
    """The operations, oldest first."""

    world: World
    operations: dict[str, Operation] = field(default_factory=dict)

    def start(self, users: Sequence[str], name: str, by: str, assign: Assign) -> Operation:
        """Start an operation; duplicates are dropped."""
        items = list({bare(user): Item(user) for user in users}.values())
        now = self.world.now()
        operation = Operation(str(uuid.uuid4()), name, now, by, items)
        self.operations[operation.operation_id] = operation
        begin = now + self.world.timing.batch
        for first in range(0, len(items), _CHUNK):
            chunk = items[first : first + _CHUNK]
            due = begin + self.world.timing.batch_per_user * (first + len(chunk))
            self.world.agenda.at(due, partial(self._complete, operation, chunk, assign))
        self.world.agenda.at(begin, lambda _at: self._begin(operation))
        return operation

    def kept(self) -> list[Operation]:
        """Return the operations that are still listed: those of the last 30 days."""
        oldest = self.world.now() - KEPT
        return [operation for operation in self.operations.values() if operation.created >= oldest]

    def _begin(self, operation: Operation) -> None:
        if operation.completed is None:
            operation.status = "InProgress"
            for item in operation.items[:_CHUNK]:
                if item.state == "NotStarted":
                    item.state = "InProgress"

    def _complete(self, operation: Operation, chunk: Sequence[Item], assign: Assign, at: datetime) -> None:
        for item in chunk:
            item.result, item.state = assign(item.user), "Completed"
        if operation.count("Completed") == len(operation.items):
            operation.status, operation.completed = self.world.readings.batch_done, at
        else:
            operation.status = "InProgress"
