# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsMeetingMigrationStatus: the migration requests of users. Several per user are possible, one for each time that it was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from .._connection.client import Remote
from .._connection.messages import Answer, Row
from .._model import reasons
from .._model.decision import Reason
from .._model.failure import Failure, read_or_reason
from .._model.host import Host
from .._model.identity import UserId, address_of
from .._model.meeting import Meeting, MigrationState, UserMeetings
from .._model.user import User
from .command_builder import CommandBuilder, fault_text, stopping
from .properties import number, text
from .users import read_users

# The newest first.
Requests = tuple[Meeting, ...]

OLDEST = datetime.min.replace(tzinfo=UTC)
# The service writes seven digits of a second; Python reads up to six.
_FRACTION = re.compile(r"(\.\d{6})\d+")
# How ConvertTo-Json of Windows PowerShell writes a time: milliseconds since 1970.
_MILLISECONDS = re.compile(r"/Date\((-?\d{1,13})(?:[+-]\d{4})?\)/")


def read_meetings(remote: Remote, host: Host, users: Sequence[User]) -> dict[User, Requests | Reason]:
    """Return each user's requests, the newest first, or the reason why they could not be read."""
    call = CommandBuilder.of("Get-CsMeetingMigrationStatus", host)
    answers = remote.all([call.with_(Identity=user.identity).command for user in users])
    return {user: read_or_reason(_requests_of, user, answer) for user, answer in zip(users, answers, strict=True)}


def read_users_meetings(remote: Remote, host: Host, users: Sequence[UserId]) -> dict[UserId, UserMeetings | Reason]:
    """Return users with their requests, or the reason why a user could not be read."""
    facts = read_users(remote, host, users)
    meetings = read_meetings(remote, host, [fact for fact in facts.values() if isinstance(fact, User)])
    return {user: fact if isinstance(fact, Reason) else _with(fact, meetings[fact]) for user, fact in facts.items()}


def _with(user: User, found: Requests | Reason) -> UserMeetings:
    return UserMeetings(user, unread=found) if isinstance(found, Reason) else UserMeetings(user, found)


def list_meetings(remote: Remote, host: Host) -> dict[str, Meeting | Reason]:
    """Return the newest request of everybody who has one, by user principal name. Raises Failure where they could not be listed."""
    answer = remote.one(CommandBuilder.of("Get-CsMeetingMigrationStatus", host).command)
    by_user: dict[str, list[Row]] = {}
    for row in _rows("everybody", answer):
        by_user.setdefault(address_of(row.get("UserPrincipalName")), []).append(row)
    read = {user: read_or_reason(requests_in, user, rows) for user, rows in by_user.items() if user}
    return {user: found if isinstance(found, Reason) else found[0] for user, found in read.items()}


def _requests_of(user: User, answer: Answer) -> Requests:
    """The user was read just before: an error, whatever it does not find, never says that there is no request (R11, R50)."""
    return requests_in(user.id.text, [row for row in _rows(user.id.text, answer) if is_about(row, user)])


def _rows(user: str, answer: Answer) -> list[Row]:
    if not answer.whole:
        raise Failure(stopping(answer) or reasons.MEETINGS_UNKNOWN.format(user=user, fault=fault_text(answer)))
    try:
        return rows_of(answer)
    except (ValueError, RecursionError) as error:
        raise Failure(reasons.MEETINGS_UNKNOWN.format(user=user, fault="the answer is no JSON")) from error


def rows_of(answer: Answer) -> list[Row]:
    """Return the objects of an answer, also where the module hands over JSON text instead of objects. Raises ValueError for text
    that only begins like JSON, RecursionError for lists in lists without an end: half an answer is none (R50).
    """
    rows: list[Row] = []
    for item in answer.output:
        parsed = json.loads(item) if isinstance(item, str) and item.lstrip().startswith(("[", "{")) else item
        rows.extend(row for row in (parsed if isinstance(parsed, list) else [parsed]) if isinstance(row, dict))
    return rows


def is_about(row: Row, user: User) -> bool:
    """Return whether a row is of this user; one that names nobody is of the user that was asked for."""
    named = {address_of(row.get(name)) for name in ("UserPrincipalName", "Identity") if row.get(name)}
    return not named or bool(named & {user.id.key, address_of(user.sip_address), address_of(user.user_principal_name)})


def requests_in(user: str, rows: Sequence[Row]) -> Requests:
    """Return the requests that rows describe, the newest first; without a date, the oldest.

    Raises Failure for a state that is none of the service's four: it may still work on the request (R50). Likewise for a date that cannot
    be read where there are several requests: an old one could be taken for the newest.
    """
    found: list[Meeting] = []
    for row in rows:
        state = MigrationState.read(row.get("State"))
        request = None if state is None else _request(state, row)
        odd = "" if request else f"the state of a request is {row.get('State')!r}"
        if len(rows) > 1 and request and request.since is None and row.get("CreateDate"):
            odd = f"which request is the newest is not known: CreateDate of one is {row['CreateDate']!r}"
        if request is None or odd:
            raise Failure(reasons.MEETINGS_UNKNOWN.format(user=user, fault=odd))
        found.append(request)
    return tuple(sorted(found, key=lambda request: request.since or OLDEST, reverse=True))


def _request(state: MigrationState, row: Row) -> Meeting:
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
    """Return a time as the service writes it (ISO 8601 with seven digits, Z), as UTC where it has no offset, or PowerShell in JSON."""
    if milliseconds := _MILLISECONDS.fullmatch(str(value or "")):
        return OLDEST.replace(year=1970) + timedelta(milliseconds=int(milliseconds[1]))
    try:
        found = datetime.fromisoformat(_FRACTION.sub(r"\1", str(value or "")))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
