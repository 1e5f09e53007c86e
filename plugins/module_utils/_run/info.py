# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the modules that only read users: the same list, with the facts in each item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .._cmdlets.comparing import Facts
from .._model import reasons
from .._model.decision import Reason, Scope, Status, Unknown
from .._model.failure import Failure
from .._model.meeting import Meeting, UserMeetings
from .._model.onprem_dependencies import NOTHING_KNOWN, OnpremDependencies
from .._model.outcome import summary
from .._model.user import Homing, User
from .._rules.guards import without_facts
from .._rules.ready import hints, obstacles


@dataclass(frozen=True, slots=True)
class Item:
    """One user's line. `facts` is empty where nothing was read, `reason` says why."""

    user: str
    status: Status
    facts: Mapping[str, object]
    reason: Reason | None = None

    def is_meant(self, state: str | None, since: datetime | None) -> bool:
        """Return whether a line about meetings is asked for; what could not be read always is."""
        if self.reason is not None:
            return True
        made = self.facts.get("since")
        late = since is None or (isinstance(made, str) and datetime.fromisoformat(made) >= since)
        return late and state in (None, self.facts.get("state"))

    def unless(self, meant: bool, **options: object) -> Item:
        """Return the line of a user who was named: skipped where these options, as far as they are given, ask for others."""
        if meant:
            return self
        given = ", ".join(f"{name}: {value}" for name, value in options.items() if value is not None)
        return replace(self, status=Status.SKIPPED, reason=reasons.NOT_SELECTED.format(user=self.user, options=given))

    def to_result(self) -> dict[str, object]:
        """Return the line as the result shows it."""
        line: dict[str, object] = {"user": self.user, "status": self.status.value, **self.facts}
        return line | ({"reason": self.reason.to_result()} if self.reason else {})


def item(user: str, fact: Facts, show: Callable[[User], Mapping[str, object]]) -> Item:
    """Return a user's line: what was read, or why it was not. Raises Failure where nobody can be read."""
    if isinstance(fact, User):
        unknown = fact.homing is Homing.UNKNOWN
        why = reasons.HOMING_UNKNOWN.format(user=user, why=fact.why_unknown) if unknown else None
        return Item(user, Status.UNKNOWN if unknown else Status.OK, show(fact), why)
    if fact.scope is Scope.ORGANISATION:
        raise Failure(fact)
    status = Status.UNKNOWN if isinstance(without_facts(fact), Unknown) else Status.FAILED
    return Item(user, status, {}, fact)


# The facts of a user's newest request, all null where there is none.
MEETING_FACTS = ("state", "total", "succeeded", "failed", "message", "since")


def meeting_item(user: str, fact: UserMeetings | Meeting | Reason) -> Item:
    """Return a user's line about the conversion of meetings; its state is null where the user has no request."""
    if isinstance(fact, Reason):
        return item(user, fact, User.to_result)
    if isinstance(fact, UserMeetings):
        if fact.unread is not None:
            return item(user, fact.unread, User.to_result)
        if fact.newest is None:
            return Item(user, Status.OK, dict.fromkeys(MEETING_FACTS))
        fact = fact.newest
    facts = {
        "state": fact.state.value,
        "total": fact.total,
        "succeeded": fact.succeeded,
        "failed": fact.failed,
        "message": fact.message,
        "since": fact.since.isoformat() if fact.since else None,
    }
    return Item(user, Status.OK, facts)


def result(items: Sequence[Item], **more: Any) -> dict[str, Any]:
    """Return the result of a reading module."""
    return {
        "changed": False,
        "users": [each.to_result() for each in items],
        "summary": summary([each.status for each in items]),
        **more,
    }


def readiness_of(
    checks: frozenset[str], onprem_dependencies: Mapping[User, OnpremDependencies]
) -> Callable[[User], Mapping[str, object]]:
    """Return what shows a user's facts with whether anything keeps them from being upgraded."""

    def shown(user: User) -> dict[str, object]:
        has = onprem_dependencies.get(user, NOTHING_KNOWN)
        found = [_said(reason) for reason in obstacles(user, checks, has)]
        ready = {
            "ready": not found and user.homing is not Homing.UNKNOWN,
            "reasons": found,
            "warnings": [_said(hint) for hint in hints(user, checks, has)],
        }
        return {**user.to_result(), **has.to_result(), **ready}

    return shown


def readiness_item(user: str, fact: Facts, show: Callable[[User], Mapping[str, object]]) -> Item:
    """Return a user's line as above. A user who could not be read, or is not there, is not ready for that reason (R11, R27)."""
    read = item(user, fact, show)
    if read.reason is None or "ready" in read.facts:
        return read
    return replace(read, facts={**read.facts, "ready": False, "reasons": [_said(read.reason)], "warnings": []})


def _said(reason: Reason) -> dict[str, object]:
    return {"code": reason.code, "message": reason.message, "remedy": reason.remedy}
