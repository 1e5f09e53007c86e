# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of one user, as a result lists it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .decision import Change, Decision, Keep, Pending, Reason, Refuse, Shown, Status, as_sentence
from .identity import address_of

# The key under which modules return what they warn of, for the actions of this collection.
WARNED = "_warned"
# Users named per group of failures: enough to look one up, few enough to stay readable.
NAMED_PER_FAILURE = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """One user's line in the result. `actions` names the cmdlets that were called, or in check mode would be."""

    user: str
    status: Status
    before: Shown | None = None
    after: Shown | None = None
    actions: tuple[str, ...] = ()
    reason: Reason | None = None

    @classmethod
    def predicted(cls, user: str, decision: Decision) -> Outcome:
        """Return what `decision` leads to when nothing goes wrong."""
        match decision:
            case Keep(state):
                return cls(user, Status.OK, state, state)
            case Change(before, after, action):
                return cls(user, Status.CHANGED, before, after, (action.cmdlet,))
            case Pending(state, reason):
                return cls(user, Status.PENDING, state, state, reason=reason)
            case Refuse(reason, state, status):
                return cls(user, status, state, state, reason=reason)
        return cls(user, Status.UNKNOWN, reason=decision.reason)

    @property
    def touched(self) -> bool:
        """Whether something was changed, may have been, or in check mode would be: not what failed and reads as before."""
        return bool(self.actions) and (self.status is not Status.FAILED or self.before != self.after)

    @property
    def bad(self) -> bool:
        """Whether this counts against the share of users that may fail."""
        return self.status in (Status.FAILED, Status.UNKNOWN)

    def to_result(self) -> dict[str, object]:
        """Return the line as the result shows it."""
        line: dict[str, object] = {"user": self.user, "status": self.status.value}
        if self.before is not None:
            line["before"] = dict(self.before)
        if self.after is not None:
            line["after"] = dict(self.after)
        line["actions"] = list(self.actions)
        if self.reason is not None:
            line["reason"] = self.reason.to_result()
        return line


def summary(statuses: Sequence[Status]) -> dict[str, int]:
    """Return the counts by status."""
    return {"total": len(statuses)} | {status.value: statuses.count(status) for status in Status}


def failures(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """Return failed and unknown users grouped by cause, the largest group first (R41)."""
    groups: dict[Reason, list[tuple[str, Reason]]] = {}
    for outcome in outcomes:
        if outcome.bad and outcome.reason is not None:
            alike = _without_user(outcome.reason, outcome.user)
            groups.setdefault(alike, []).append((outcome.user, outcome.reason))
    largest_first = sorted(groups.items(), key=lambda group: -len(group[1]))
    # A cause that concerns one user has that user's name.
    return [
        _group(reason if len(found) > 1 else found[0][1], [user for user, _own in found])
        for reason, found in largest_first
    ]


def _without_user(reason: Reason, user: str) -> Reason:
    message = reason.alike or without_user(reason.message, user)
    return replace(reason, message=message, remedy=without_user(reason.remedy, user))


def without_user(text: str, user: str) -> str:
    """Return a text without the name of a user. Hosts write the address with `sip:` or without and in other case."""
    named = rf"(?<![\w.@-])(?:sip:)?{re.escape(address_of(user))}(?![\w-])"
    return re.sub(named, "<user>", text, flags=re.IGNORECASE | re.ASCII)


def _group(reason: Reason, users: Sequence[str]) -> dict[str, object]:
    return {
        "code": reason.code,
        "message": reason.message,
        "remedy": reason.remedy,
        "count": len(users),
        "users": list(users[:NAMED_PER_FAILURE]),
    }


def in_words(groups: Sequence[Mapping[str, object]], total: int, left: int = 0) -> str:
    """Return in words how many users failed, and of what, and how many were therefore not started (`left`)."""
    count = sum(int(str(group["count"])) for group in groups)
    causes = " ".join(
        f"{group['count']} x {group['code']}: {as_sentence(str(group['message']))} {group['remedy']}".strip()
        for group in groups[:3]
    )
    more = f" And {len(groups) - 3} more kinds of failure." if len(groups) > 3 else ""
    rest = f"{left} users were not started: run again for them." if left else ""
    return " ".join(filter(None, [f"{count} of {total} users failed or could not be read.", f"{causes}{more}", rest]))


def grouped_warnings(said: Sequence[tuple[str, str]]) -> list[str]:
    """Return the warnings (user, text) with those that say the same of several users put together."""
    groups: dict[str, list[str]] = {}
    for user, text in said:
        groups.setdefault(without_user(text, user), []).append(user)
    return [_of(users) + warning for warning, users in groups.items()]


def _of(users: Sequence[str]) -> str:
    more = f" and {len(users) - NAMED_PER_FAILURE} more" if len(users) > NAMED_PER_FAILURE else ""
    return f"{', '.join(users[:NAMED_PER_FAILURE])}{more}: "
