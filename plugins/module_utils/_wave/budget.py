# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many users of a wave may fail."""

from __future__ import annotations

# Why users are not started, as a clause: in the words of the plan, and in those of a module that may spend what is left of the budget.
EXHAUSTED = "the failure budget of the wave (failure_budget_percentage) is used up"
EXHAUSTED_IN_MODULES = "more users failed than max_failures allows"


def failures_left(percentage: int, total: int, failed: int) -> int | None:
    """Return how many more users may fail of a wave of `total` users, after `failed` users failed or could not be read.

    The budget is one for the wave, across its steps, and is rounded down to whole users. None is no limit: with a budget of 0 every
    user is attempted, and any failure fails the run. A negative number means that the budget is exceeded.
    """
    return None if percentage == 0 else total * percentage // 100 - failed
