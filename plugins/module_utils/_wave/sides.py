# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both sides show of a wave's users, as the calls of upgrade_readiness_info bring it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._model import reasons
from .._model.decision import Reason, Status
from .._model.identity import UserId, address_of
from .._model.onprem_dependencies import NOTHING_KNOWN, OnpremDependencies
from .._model.user import Homing, Side, User
from .step_record import Item, Result, items_of

# More users are read by several calls. The answer of a module about 10,000 users takes some 130 MB, in its process and in the task's.
MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What one side knows of a user: the facts, or None and the reason.

    `absent`: that side knows no such user. `unread`: it could not be read, which is not the same as an answer that there is no such user.
    """

    user: User | None
    onprem_dependencies: OnpremDependencies = NOTHING_KNOWN
    absent: bool = False
    unread: bool = False
    reason: Reason | None = None

    @property
    def homing(self) -> Homing:
        """Where this side homes the user."""
        return self.user.homing if self.user else Homing.UNKNOWN

    @classmethod
    def from_result(cls, user: UserId, items: Mapping[str, Item], side: Side) -> SideFacts:
        """Return what upgrade_readiness_info listed of a user. `items` are by address."""
        item = items.get(user.key)
        if item is None:
            return cls(
                None, unread=True, reason=reasons.READ_FAILED.format(user=user.text, fault="the host gave no answer")
            )
        if item.get("status") == Status.OK and item.get("homing") in (Homing.ONPREM, Homing.ONLINE):
            return cls(User.from_result(user, item, side), OnpremDependencies.from_result(item))
        given = item.get("reason")
        if not isinstance(given, Mapping):
            return cls(
                None, unread=True, reason=reasons.HOMING_UNKNOWN.format(user=user.text, why="the host does not say")
            )
        reason = Reason.of(given)
        absent = reason.code == reasons.USER_NOT_FOUND.code
        return cls(None, absent=absent, unread=item.get("status") != Status.FAILED, reason=reason)


@dataclass(slots=True)
class Sides:
    """The facts of those users who were read so far, by side and folded address, and the checks of the `organisation` of both sides."""

    facts: dict[Side, dict[str, SideFacts]] = field(default_factory=dict)
    organisation: list[Item] = field(default_factory=list)

    def take(self, side: Side, users: Iterable[UserId], result: Result) -> None:
        """Add what a result shows of the users for whom a side was asked."""
        items = {address_of(item.get("user")): item for item in items_of(result, "users")}
        found = self.facts.setdefault(side, {})
        found.update((user.key, SideFacts.from_result(user, items, side)) for user in users)
        self.organisation += items_of(result, "organisation")

    def has(self, side: Side, users: Iterable[UserId]) -> bool:
        """Return whether a side was asked for all of the users."""
        found = self.facts.get(side)
        return found is not None and all(user.key in found for user in users)

    def have(self, users: Sequence[UserId]) -> bool:
        """Return whether both sides were asked for all of the users."""
        return all(self.has(side, users) for side in Side)

    def of(self, user: UserId) -> tuple[SideFacts, SideFacts]:
        """Return what each side shows of a user for whom both were asked: on-prem first."""
        return self.facts[Side.ONPREM][user.key], self.facts[Side.ONLINE][user.key]
