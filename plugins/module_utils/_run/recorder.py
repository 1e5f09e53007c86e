# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the run of a module says to whatever remembers it. Without a ledger nothing does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .._model.decision import Change, Reason, Shown
from .._model.identity import UserId
from .._model.outcome import Outcome


class Recorder:
    """Remembers nothing. `writes`: what is sent is written down before it is sent, so that it is sent in portions."""

    writes = False

    def claim(self, users: Sequence[UserId], also: Mapping[UserId, str]) -> Mapping[UserId, Reason]:
        """Take users for this task, `also` by another address of theirs. Return why others are left alone. Raises Failure."""
        del users, also
        return {}

    def found(
        self, before: Mapping[UserId, Shown], states: Mapping[UserId, Shown], cmdlets: Collection[str]
    ) -> Mapping[UserId, float]:
        """Take what was read of the users: what is to be known of them later, and the state that `cmdlets` change. Raises Failure.

        Returns for how many seconds something that a dead run has sent may still be at work on users. They are read again until then.
        """
        del before, states, cmdlets
        return {}

    def sending(self, changes: Sequence[tuple[UserId, Change]]) -> Mapping[UserId, Reason]:
        """Write what is about to be sent. Return why users are left alone after all: others have taken them over. Raises Failure."""
        del changes
        return {}

    def answered(self, user: UserId, seconds: float, fault: Reason | None) -> None:
        """Take how long a call took, and what the host said of it."""

    def not_sent(self, users: Sequence[UserId]) -> None:
        """Take back what was about to be sent for these users."""

    def operation(self, users: Sequence[UserId], operation: str) -> None:
        """Take the id of an operation of the service that carries out what was sent for these users."""

    def completed(self, outcomes: Mapping[UserId, Outcome]) -> None:
        """Write what came of what was sent, as it was read back."""

    def found_one(self, about: Shown, state: Shown) -> None:
        """Take what was read of one thing that is no user; `about` says which. Raises Failure."""

    def sending_one(self, about: Shown, change: Change) -> None:
        """Write a change of such a thing that is about to be sent. Raises Failure."""

    def completed_one(self, outcome: Outcome) -> None:
        """Write what came of it."""

    @property
    def fault(self) -> Reason | None:
        """Why something could not be written, if so."""
        return None

    @property
    def unrecorded(self) -> Sequence[str]:
        """The users of whom it could not be written what came of them; a later run completes it."""
        return ()

    def close(self) -> Sequence[str]:
        """Give back what was taken. Return warnings."""
        return ()
