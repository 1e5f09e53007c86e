# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsMeetingMigrationStatus: the newest migration request of each user."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from .._model import faults, reasons
from .._model.decision import Reason
from .._model.host import Host
from .._model.identity import UserId, address_of
from .._model.meeting import Meeting, MigrationState, UserMeetings
from .._model.user import User
from .._remote import Answer, Remote, Row
from .calling import Calling, fault_text, faults_of, stopping
from .properties import number, text
from .users import read_users

OLDEST = datetime.min.replace(tzinfo=UTC)
# The service writes seven digits of a second; Python reads up to six.
_FRACTION = re.compile(r"(\.\d{6})\d+")


def read_meetings(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, Meeting | Reason | None]:
    """Return each user's newest request, None where there is none, or the reason why it could not be read."""
    call = Calling.of("Get-CsMeetingMigrationStatus", host)
    answers = remote.all([call.with_(Identity=user.identity).command for user in users])
    return {user: _newest_of(user, answer) for user, answer in zip(users, answers, strict=True)}


def read_users_meetings(remote: Remote, host: Host, users: Sequence[UserId]) -> dict[UserId, UserMeetings | Reason]:
    """Return users with their newest request, or the reason why a user could not be read."""
    facts = read_users(remote, host, users)
    meetings = read_meetings(remote, host, [fact for fact in facts.values() if isinstance(fact, User)])
    return {user: fact if isinstance(fact, Reason) else _with(fact, meetings[fact]) for user, fact in facts.items()}


def _with(user: User, found: Meeting | Reason | None) -> UserMeetings:
    return UserMeetings(user, unread=found) if isinstance(found, Reason) else UserMeetings(user, found)


def list_meetings(remote: Remote, host: Host) -> dict[str, Meeting] | Reason:
    """Return the newest request of everybody who has one, by user principal name, or the reason why they could not be listed."""
    answer = remote.one(Calling.of("Get-CsMeetingMigrationStatus", host).command)
    if answer.errors:
        return faults.classify(faults_of(answer)[0])
    if answer.state.value != "completed":
        return reasons.MEETINGS_UNKNOWN.about(user="everybody", fault=fault_text(answer))
    by_user: dict[str, list[Row]] = {}
    try:
        rows = rows_of(answer)
    except ValueError:
        return reasons.MEETINGS_UNKNOWN.about(user="everybody", fault="the answer is no JSON")
    for row in rows:
        by_user.setdefault(address_of(row.get("UserPrincipalName")), []).append(row)
    found = {user: newest(rows) for user, rows in by_user.items() if user}
    return {user: meeting for user, meeting in found.items() if meeting is not None}


def _newest_of(user: User, answer: Answer) -> Meeting | Reason | None:
    if faults.is_not_found(faults_of(answer)):
        return None
    if not answer.whole:
        return stopping(answer) or reasons.MEETINGS_UNKNOWN.about(user=user.id.text, fault=fault_text(answer))
    try:
        rows = rows_of(answer)
    except ValueError:
        return reasons.MEETINGS_UNKNOWN.about(user=user.id.text, fault="the answer is no JSON")
    return newest([row for row in rows if is_about(row, user)])


def rows_of(answer: Answer) -> list[Row]:
    """Return the objects of an answer, also where the module hands over JSON text instead of objects. Raises ValueError for text
    that only begins like JSON: half an answer is none (R50).
    """
    rows: list[Row] = []
    for item in answer.output:
        parsed = json.loads(item) if isinstance(item, str) and item.lstrip().startswith(("[", "{")) else item
        rows.extend(row for row in (parsed if isinstance(parsed, list) else [parsed]) if isinstance(row, dict))
    return rows


def is_about(row: Row, user: User) -> bool:
    """Return whether a row is of this user; one that names nobody is of whom was asked for."""
    named = {address_of(row.get(name)) for name in ("UserPrincipalName", "Identity") if row.get(name)}
    return not named or bool(named & {user.id.key, address_of(user.sip_address), address_of(user.user_principal_name)})


def newest(rows: Sequence[Row]) -> Meeting | None:
    """Return the request made last: several rows per user are possible."""
    found = [meeting for meeting in map(meeting_from, rows) if meeting is not None]
    return max(found, key=lambda meeting: meeting.since or OLDEST, default=None)


def meeting_from(row: Row) -> Meeting | None:
    """Return the request that a row describes; None where its state is none that is known."""
    state = MigrationState.read(row.get("State"))
    if state is None:
        return None
    return Meeting(
        state=state,
        total=number(row, "TotalMeeting"),
        succeeded=number(row, "SucceededMeeting"),
        failed=number(row, "FailedMeeting"),
        message=text(row, "LastMessage") or "",
        since=moment(row.get("CreateDate")),
        kind=text(row, "MigrationType") or "",
    )


def moment(value: object) -> datetime | None:
    """Return a time as the service writes it (ISO 8601 with seven digits, Z), as UTC where it has no offset."""
    try:
        found = datetime.fromisoformat(_FRACTION.sub(r"\1", str(value or "")))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
