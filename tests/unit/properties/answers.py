# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer says of each user or thing, and what the journal says was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.state import state
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.in_process import Result

SINGLE = ("instance", "configuration", "tenant")
TOUCHED = ("changed", "pending")
Line = Mapping[str, Any]


def lines(result: Result) -> dict[str, Line]:
    """What is said of each user; of the one thing, where the module is about one. Empty where the task ended before."""
    single = next((result[name] for name in SINGLE if name in result), None)
    return {"": single} if single else {line["user"]: line for line in result.get("users", [])}


def writes(lab: Lab, since: int = 0) -> list[Entry]:
    """The writing calls after the first `since` calls of the journal, whatever came of them."""
    return [entry for entry in lab.journal.entries(writes=True) if entry.number > since]


def meant(entries: Iterable[Entry]) -> set[str]:
    """The users that calls name; the empty one stands for calls that name nobody."""
    named: set[str] = set()
    for entry in entries:
        identity = entry.parameters.get("Identity") if entry.cmdlet != "New-CsTeamsUpgradePolicy" else None
        several = identity if isinstance(identity, list) else [identity]
        named |= {name_of(str(one)) for one in several}
    return named


def name_of(user: str) -> str:
    """The name by which a user is known in all addresses; empty for what is no address."""
    name, at, _domain = user.lower().removeprefix("sip:").partition("@")
    return name if at else ""


def world(lab: Lab) -> dict[str, Any]:
    """The organisation as it is, whatever the time."""
    return {name: value for name, value in state(lab.organisation).items() if name != "now"}


def sent(entries: Sequence[Entry]) -> list[tuple[str, Mapping[str, object]]]:
    """The calls as cmdlets and parameters."""
    return [(entry.cmdlet, entry.parameters) for entry in entries]


def grants_of_teams_only(entries: Iterable[Entry]) -> list[Entry]:
    """The calls that grant the instance of TeamsOnly: to a user, to many, or to the tenant."""
    return [entry for entry in entries if str(entry.parameters.get("PolicyName")).lower() == "upgradetoteams"]


def homed_onprem(lab: Lab) -> set[str]:
    """The users that the tenant knows to be homed on-premises."""
    with lab.organisation.quiet() as known:
        return {name_of(user.sip or user.upn) for user in known.tenant if user.on_premises and user.deleted is None}
