# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run knows of those whom it rolls back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from .._model.identity import fold
from .._model.policy import same_instance
from .._model.rollback_reasons import FORMER_POLICY_MISSING, POOL_GONE
from .past import Past
from .rollback import MODE_STEP, MOVE_BACK, Return, homed_in, refused


@dataclass(slots=True)
class Rollback:
    """What a run knows of those whom it rolls back: their past by folded address, and what comes back, once both sides were read.

    `instead`: the pool for users whose own is gone or not recorded. `inconsistent`: whom the cloud showed on-prem and called TeamsOnly.
    `written`: who is written into the ledger as rolled back.
    """

    instead: str = ""
    past: Mapping[str, Past] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    returns: tuple[Return, ...] = ()
    inconsistent: set[str] = field(default_factory=set)

    def needing(self, step: str) -> list[Return]:
        """Return those who need a step."""
        return [each for each in self.returns if each.reason is None and step in each.steps]

    @property
    def pools(self) -> list[str]:
        """The pools to which users are moved, each once, and last the one that may come to take users whose own is gone."""
        named = [*(each.pool for each in self.needing("move_back") if each.pool), self.instead]
        found = {fold(pool): pool for pool in named if pool}
        return [pool for key, pool in found.items() if key != fold(self.instead)] + [self.instead] * bool(self.instead)

    def moving_to(self, pool: str) -> list[str]:
        """Return who is moved to a pool."""
        return [each.user.text for each in self.needing("move_back") if fold(each.pool or "") == fold(pool)]

    def refuse_missing(self, step: str, instances: Collection[str], side: str) -> list[Return]:
        """Do nothing for those whose former policy is no instance any more: half of what they had is worse than where they are."""
        left: list[Return] = []
        returns: list[Return] = []
        for each in self.returns:
            options = (each.mode if step == MODE_STEP else each.notice) or {}
            policy = str(options.get("policy") or "")
            if each.reason is not None or not policy or any(same_instance(policy, name) for name in instances):
                returns.append(each)
                continue
            missing = FORMER_POLICY_MISSING.format(user=each.user.text, policy=policy, side=side)
            left.append(refused(replace(each, coming={}, lost=()), missing))
            returns.append(left[-1])
        self.returns = tuple(returns)
        return left

    def replace_pool(self, gone: str) -> list[Return]:
        """Move those whose pool is gone to the other one. Return those who cannot be moved, since there is none."""
        left: list[Return] = []
        returns: list[Return] = []
        for each in self.returns:
            if each.reason is not None or each.pool is None or fold(each.pool) != fold(gone):
                returns.append(each)
            elif self.instead:
                returns.append(
                    replace(each, pool=self.instead, coming={**each.coming, MOVE_BACK: homed_in(self.instead)})
                )
            else:
                left.append(refused(each, POOL_GONE.format(user=each.user.text, pool=gone)))
                returns.append(replace(left[-1], coming={}, lost=()))
        self.returns = tuple(returns)
        return left
