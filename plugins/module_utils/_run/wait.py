# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for what was done to show in a read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .._model.decision import Change, Decision, Pending, Scope, Unknown
from .._model.identity import UserId
from .._progress import SILENT, Progress, counted
from .clock import SYSTEM_CLOCK, Clock
from .options import Params

Decide: TypeAlias = Callable[[Sequence[UserId]], dict[UserId, Decision]]


@dataclass(frozen=True, slots=True)
class Waiter:
    """How long what settles is watched, in seconds, and how often it is read."""

    timeout: int = 0
    interval: int = 60

    def wait(
        self,
        decisions: dict[UserId, Decision],
        decide: Decide,
        done: Collection[UserId],
        *,
        progress: Progress = SILENT,
        clock: Clock = SYSTEM_CLOCK,
    ) -> dict[UserId, Decision]:
        """Return the decisions once nothing settles any more, or time is up.

        What was `done` and does not show yet settles too, and a read that fails meanwhile is made again, unless none can succeed.
        """
        deadline = clock.monotonic() + self.timeout
        current, watched = dict(decisions), set(done)
        while settling := [user for user, each in current.items() if _settles(each, user in watched)]:
            left = deadline - clock.monotonic()
            if left <= 0:
                break
            watched.update(settling)
            done_by_now = counted(len(current) - len(settling), len(current), 0)
            progress.say(f"waiting, {done_by_now} done, asked again every {self.interval} s")
            clock.sleep(min(self.interval, left))
            current |= decide(settling)
        return current


def while_tried_again(params: Params) -> Waiter:
    """Return that what met no error is looked for as long as faults are tried again: another domain controller hears of it later."""
    return Waiter(params["retries"] * params["retry_delay"], params["retry_delay"])


def _settles(decision: Decision, watched: bool) -> bool:
    if isinstance(decision, Unknown):
        return watched and decision.reason.scope is Scope.USER
    return isinstance(decision, Pending) or (watched and isinstance(decision, Change))
