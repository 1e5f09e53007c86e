# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much may go wrong in a run, and what has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from .._model import organisation_reasons
from .._model.decision import Reason
from .._model.fault import SAME_FAILURES
from .._model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go wrong, and how long faults that pass are tried again (`retry_delay` in seconds).

    `max_failures` is a number of users; where it is given, the percentage does not count. `stop_after_same_failures`: that many users,
    the first of the task, all failed alike; 0 for never.
    """

    max_fail_percentage: int = 0
    retries: int = 3
    retry_delay: int = 30
    max_failures: int | None = None
    stop_after_same_failures: int = SAME_FAILURES

    @property
    def exceeded_because(self) -> str:
        """Why nobody more is started, as a clause."""
        return f"more users failed than {'max_fail_percentage' if self.max_failures is None else 'max_failures'} allows"

    def spent(self, failed: int, total: int) -> bool:
        """Return whether no more users may be started. A percentage of 0 lets every user be attempted and fails the task afterwards."""
        if self.max_failures is not None:
            return failed > self.max_failures
        return bool(self.max_fail_percentage) and failed * 100 > self.max_fail_percentage * total

    def at_once(self, failed: int, total: int) -> int | None:
        """Return how many may be changed at a time, so that no more can fail than the first who is too many; None for no limit.

        Users who are under way when the limit is reached cannot be called back.
        """
        if self.max_failures is not None:
            return max(1, self.max_failures - failed + 1)
        share = self.max_fail_percentage * total // 100
        return max(1, share - failed + 1) if self.max_fail_percentage else None

    def same_failure(self, alike: Sequence[str | None], last: Reason | None) -> Reason | None:
        """Return why nobody more is started where the first users all failed with one unknown fault, of which `last` is one."""
        count = self.stop_after_same_failures
        if not count or last is None or len(alike) < count or None in alike or len(set(alike)) > 1:
            return None
        return organisation_reasons.SAME_FAILURE.format(count=count, fault=last.message)

    def exceeded(self, failed: int, total: int) -> bool:
        """Return whether the task has failed."""
        if self.max_failures is not None:
            return failed > self.max_failures
        return failed * 100 > self.max_fail_percentage * total


@dataclass(slots=True)
class FailureCount:
    """The users of a run who have failed, each counted once, of `total`. A user who may still succeed is not among them."""

    limits: Limits
    total: int
    users: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, limits: Limits, outcomes: Collection[Outcome]) -> FailureCount:
        """Return the count of those outcomes that are failures."""
        return cls(limits, len(outcomes), {each.user for each in outcomes if each.bad})

    @property
    def number(self) -> int:
        """How many have failed."""
        return len(self.users)

    @property
    def spent(self) -> bool:
        """Whether no more users may be started."""
        return self.limits.spent(self.number, self.total)

    @property
    def at_once(self) -> int | None:
        """How many users may be changed at a time; None for no limit."""
        return self.limits.at_once(self.number, self.total)

    @property
    def exceeded(self) -> bool:
        """Whether the task has failed."""
        return self.limits.exceeded(self.number, self.total)
