# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about one user or one thing, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, TypeVar

from .actions import Action


def as_sentence(text: str) -> str:
    """Return a host's text as a sentence: in one line, with a full stop where it lacks one, and without what would steer a terminal."""
    line = "".join(character if character.isprintable() else "\ufffd" for character in " ".join(text.split()))
    return line if not line or line.endswith((".", "!", "?", ":", ".)")) else f"{line}."


class Scope(StrEnum):
    """How far a reason reaches. ORGANISATION stops everybody, since everybody would fail alike (R39)."""

    USER = "user"
    ORGANISATION = "organisation"


class Status(StrEnum):
    """What a result says of one user."""

    OK = "ok"
    CHANGED = "changed"
    FAILED = "failed"
    SKIPPED = "skipped"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """What a result says: a code of the documented list, a sentence, and what to do about it.

    `fault` is the id of the host's error and `number` its hosted migration code, where there are such (R38). `alike` is what the
    sentence has in common with those of other users where it holds more than their names.
    """

    code: str
    message: str
    remedy: str = ""
    scope: Scope = Scope.USER
    retryable: bool = False
    fault: str = ""
    number: str = ""
    alike: str = ""

    @classmethod
    def of(cls, shown: Mapping[str, object]) -> Reason:
        """Return the reason that a result shows, as far as it tells: its code, sentence, remedy and scope."""
        scope = Scope.ORGANISATION if shown.get("scope") == Scope.ORGANISATION else Scope.USER
        code, message, remedy = (str(shown.get(key) or "") for key in ("code", "message", "remedy"))
        return cls(code, message, remedy, scope)

    @property
    def sentence(self) -> str:
        """The message and what to do about it, as sentences; a host's own text may lack the full stop and have line breaks."""
        return f"{as_sentence(self.message)} {self.remedy}".strip()

    def format(self, **facts: object) -> Reason:
        """Return this reason with its sentences filled in."""
        return replace(self, message=self.message.format(**facts), remedy=self.remedy.format(**facts))

    def to_result(self) -> dict[str, object]:
        """Return the reason as a result shows it."""
        shown: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
            "scope": self.scope.value,
            "retryable": self.retryable,
        }
        return shown | {name: value for name, value in (("fault", self.fault), ("number", self.number)) if value}


Shown = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Keep:
    """Everything is as desired."""

    state: Shown


@dataclass(frozen=True, slots=True)
class Change:
    """`action` leads from `before` to `after`."""

    before: Shown
    after: Shown
    action: Action


@dataclass(frozen=True, slots=True)
class Pending:
    """What was to be done has been done and is not visible everywhere yet (R12)."""

    state: Shown
    reason: Reason


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing may be done, for this reason; SKIPPED where the desired state does not apply to the user."""

    reason: Reason
    state: Shown | None = None
    status: Status = Status.FAILED


@dataclass(frozen=True, slots=True)
class Unknown:
    """The facts could not be read, so nothing is done (R11)."""

    reason: Reason


def state_of(decision: Decision) -> Shown | None:
    """Return what was read of the user, as a result shows it; None where it could not be read."""
    match decision:
        case Keep(state) | Pending(state, _) | Refuse(_, state, _):
            return state
        case Change(before, _, _):
            return before
    return None


K = TypeVar("K")
Decision: TypeAlias = Keep | Change | Pending | Refuse | Unknown


def states_of(decisions: Mapping[K, Decision]) -> dict[K, Shown]:
    """Return what was read of users, as results show it; who could not be read is left out."""
    return {user: state for user, each in decisions.items() if (state := state_of(each)) is not None}
