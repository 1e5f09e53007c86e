# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one step of a wave did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._model.decision import Reason, Scope, Status
from .._model.identity import address_of

Item = Mapping[str, object]
Result = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step did: the users it was for, and the module's result. Results list only the users who matter."""

    wave: str
    step: str
    users: tuple[str, ...]
    result: Result

    @property
    def items(self) -> dict[str, Item] | None:
        """The users in the result, by address; None where it has none because the step failed as a whole."""
        listed = self.result.get("users")
        if not isinstance(listed, Sequence) or isinstance(listed, str):
            return None
        return {address_of(item.get("user")): item for item in listed if isinstance(item, Mapping)}

    @property
    def fault(self) -> str | None:
        """What stopped the step for everybody (R39), as a sentence; None where nothing did."""
        reason = self.result.get("reason")
        stopped = isinstance(reason, Mapping) and reason.get("scope") == Scope.ORGANISATION.value
        if self.items is not None and not stopped:
            return None
        return str(self.result.get("msg") or "The step ended without an answer.")

    def with_status(self, *statuses: Status) -> list[str]:
        """Return the users who ended with one of the statuses. Users that the result leaves out are ok. Without a list, all failed."""
        items = self.items
        if items is None:
            return list(self.users) if Status.FAILED in statuses else []
        listed = {address: item.get("status") for address, item in items.items()}
        return [user for user in self.users if listed.get(address_of(user), Status.OK.value) in statuses]


def item(user: str, status: Status, reason: Reason) -> dict[str, object]:
    """Return a user as an item of a module's result."""
    return {"user": user, "status": status.value, "actions": [], "reason": reason.to_result()}


def items_of(result: Result, key: str) -> list[Item]:
    """Return the items that a result lists under a key; none where it lists nothing there."""
    found = result.get(key)
    items = found if isinstance(found, Sequence) and not isinstance(found, str) else ()
    return [each for each in items if isinstance(each, Mapping)]
