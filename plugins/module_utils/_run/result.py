# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of the result of a module that works on users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._model.decision import Status
from .._model.identity import UserId
from .._model.outcome import Outcome
from .attempts import Attempt


def said(attempts: Mapping[UserId, Attempt], outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Return the hosts' warnings by user, and what a cmdlet said had failed of a change that was made all the same (R37)."""
    texts = [(user.text, warning) for user, attempt in attempts.items() for warning in attempt.warnings]
    faults = {user.text: attempt.fault for user, attempt in attempts.items()}
    changed = [each.user for each in outcomes if each.status is Status.CHANGED]
    return texts + [
        (user, f"changed, but the host said: {fault.message}") for user in changed if (fault := faults.get(user))
    ]


def diff(outcomes: Sequence[Outcome]) -> dict[str, dict[str, object]]:
    """Return what the users who were changed had before and have now."""
    touched = [outcome for outcome in outcomes if outcome.touched]
    return {
        "before": {outcome.user: dict(outcome.before or {}) for outcome in touched},
        "after": {outcome.user: dict(outcome.after or {}) for outcome in touched},
    }
