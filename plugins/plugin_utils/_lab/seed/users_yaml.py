# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One user of a YAML seed."""

from __future__ import annotations

from datetime import timedelta

from ..organisation.meetings import Kind, State
from ..organisation.records import FEATURES, SKYPE_PLAN, TEAMS_PLAN, Requested
from .model import ACCOUNT_TYPES, CLOUD, HOMINGS, KINDS, ONLINE, ONPREM, UNIT, MeetingsSeed, SeedError, UserSeed
from .tables import Table

PLANS = (*FEATURES, SKYPE_PLAN)


def read_user(table: Table) -> UserSeed:
    """Return a user of a seed. Raises SeedError."""
    sip = table.text("sip")
    if "@" not in sip:
        raise table.wrong("sip", "a SIP address such as alice@contoso.com")
    user = UserSeed(
        sip=sip,
        upn=table.text("upn"),
        name=table.text("name"),
        sam=table.text("sam"),
        homing=table.one_of("homing", HOMINGS, ONPREM),
        kind=table.one_of("kind", KINDS, "user"),
        account_type=table.one_of("account_type", ACCOUNT_TYPES, "User"),
        pool=table.optional("pool"),
        ou=table.text("ou", UNIT),
        domain=table.optional("domain"),
        protected=table.flag("protected", False),
        enabled=table.flag("enabled", True),
        synced=table.flag("synced", True),
        cloud_sip=_said(table, "cloud_sip"),
        cloud_homing=_said(table, "cloud_homing", ONPREM, ONLINE, CLOUD),
        policy=table.optional("policy"),
        notify_policy=table.optional("notify_policy"),
        licences=_licences(table),
        licensed_at=table.moment("licensed_at"),
        voice=table.flag("voice", False),
        line=table.optional("line"),
        dial_in=table.flag("dial_in", False),
        contacts=table.number("contacts", 20),
        contacts_in=table.one_of("contacts_in", ("server", "exchange"), "server"),
        mailbox=table.one_of("mailbox", ("online", "onprem", "none"), "online"),
        meetings=_meetings(table.table("meetings")),
        validation_errors=table.texts("validation_errors"),
        interpreted_user_type=table.optional("interpreted_user_type"),
        deleted=table.moment("deleted"),
        usage_location=table.text("usage_location"),
        attributes=table.strings("attributes"),
    )
    table.end()
    return user


def _said(table: Table, name: str, *choices: str) -> str | None:
    """Return a text that may be empty, None when it is not there."""
    table.known(name)
    if name not in table:
        return None
    return table.one_of(name, choices, "") if choices else table.text(name)


def _licences(table: Table) -> tuple[str, ...]:
    given = table.texts("licences", (TEAMS_PLAN, SKYPE_PLAN))
    known = {plan.casefold(): plan for plan in PLANS}
    unknown = [plan for plan in given if plan.casefold() not in known]
    if unknown:
        raise SeedError(f"In the seed, a user has the licence {unknown[0]!r}; known are {', '.join(PLANS)}.")
    return tuple(known[plan.casefold()] for plan in given)


def _meetings(table: Table) -> MeetingsSeed:
    meetings = MeetingsSeed(
        skype=table.number("skype", 0),
        teams=table.number("teams", 0),
        large=table.number("large", 0),
        failing=table.number("failing", 0),
        attempts=table.number("attempts", 0) if "attempts" in table else None,
        message=table.text("message"),
        requests=tuple(_requested(each) for each in table.tables("requests")),
    )
    table.known("attempts")
    table.end()
    return meetings


def _requested(table: Table) -> Requested:
    requested = Requested(
        kind=table.one_of("kind", tuple(Kind), Kind.SKYPE_TO_TEAMS),
        state=table.one_of("state", tuple(State), State.SUCCEEDED),
        age=table.duration("age", timedelta(hours=3)),
    )
    table.end()
    return requested
