# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organisation to talk to as its two hosts would, and how its answers read in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import (
    Call,
    Credential,
    Outcome,
    Thing,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.clock import Clock
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import Faults
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Journal
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.latency import Latencies
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.organisation import Organisation
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed import model
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.building import build_world
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_yaml import from_mapping

CLOUD = "sipfed.online.lync.com"
POOL1, POOL2 = "pool01.contoso.com", "pool02.contoso.com"
CREDENTIAL = Credential(*model.ADMIN)
START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


class Org:
    """An organisation made from users and what differs from the default seed, at a clock that stands still."""

    def __init__(self, *users: Mapping[str, Any], sign_in: bool = True, **seed: Any) -> None:
        self.seed = from_mapping({"users": list(users), **seed}, Path())
        self.clock = Clock(START, rate=0)
        self.journal, self.faults = Journal(), Faults()
        self.organisation = Organisation(build_world(self.seed, self.clock), self.journal, self.faults, Latencies())
        if sign_in:
            self.cloud("Connect-MicrosoftTeams", Credential=CREDENTIAL)

    def server(self, cmdlet: str, **parameters: object) -> Outcome:
        """Run a cmdlet of SkypeForBusiness on the server."""
        return self.organisation.call(Call("sfb01", "shell", "SkypeForBusiness", cmdlet, parameters, "CONTOSO\\admin"))

    def cloud(self, cmdlet: str, **parameters: object) -> Outcome:
        """Run a cmdlet of MicrosoftTeams on the other host."""
        return self.in_shell("shell", cmdlet, parameters)

    def in_shell(self, shell: str, cmdlet: str, parameters: Mapping[str, object]) -> Outcome:
        """Run a cmdlet of MicrosoftTeams in a session of its own."""
        return self.organisation.call(Call("teams01", shell, "MicrosoftTeams", cmdlet, parameters, "CONTOSO\\admin"))

    def later(self, **span: float) -> Org:
        """Let time pass."""
        self.clock.advance(timedelta(**span))
        return self

    def move(self, user: str, target: str = CLOUD, **parameters: object) -> Outcome:
        return self.server(
            "Move-CsUser", Identity=user, Target=target, Credential=CREDENTIAL, Confirm=False, **parameters
        )

    def grant(self, user: str, policy: str | None, **parameters: object) -> Outcome:
        return self.cloud("Grant-CsTeamsUpgradePolicy", Identity=user, PolicyName=policy, **parameters)

    def onprem(self, user: str) -> Mapping[str, Any]:
        """The properties of a user as the server sees them."""
        return properties(self.server("Get-CsUser", Identity=user))

    def online(self, user: str) -> Mapping[str, Any]:
        """The properties of a user as the tenant sees them."""
        return properties(self.cloud("Get-CsOnlineUser", Identity=user))

    def mode(self, user: str) -> str:
        return str(self.online(user)["TeamsUpgradeEffectiveMode"])

    def meetings(self, user: str) -> list[Mapping[str, Any]]:
        """The rows of a user's meeting migrations."""
        return all_properties(self.cloud("Get-CsMeetingMigrationStatus", Identity=user))


def user(name: str = "alice", /, **facts: Any) -> dict[str, Any]:
    """A user of a seed: on-premises and licensed unless said otherwise."""
    return {"sip": f"{name}@contoso.com", **facts}


def teams_module(version: str) -> dict[str, Any]:
    """The hosts of a seed, with a version of the MicrosoftTeams module on the one for Teams."""
    return {"sfb01": {"skype": "2019 CU8", "teams": "6.6.0"}, "teams01": {"teams": version}}


def server(build: str, module: str | None = "6.6.0") -> dict[str, Any]:
    """The hosts of a seed, with a build of the server and a MicrosoftTeams module on it, or none."""
    return {"sfb01": {"skype": build, **({"teams": module} if module else {})}, "teams01": {"teams": "6.6.0"}}


def all_properties(outcome: Outcome) -> list[Mapping[str, Any]]:
    assert not outcome.failures, outcome.failures
    assert all(isinstance(one, Thing) for one in outcome.output), outcome.output
    return [one.properties for one in outcome.output if isinstance(one, Thing)]


def properties(outcome: Outcome) -> Mapping[str, Any]:
    """The properties of the one object that came back."""
    (one,) = all_properties(outcome)
    return one


def error(outcome: Outcome) -> str:
    """The message of the one error."""
    (failure,) = outcome.failures
    return failure.message


def succeeded(outcome: Outcome) -> bool:
    return not outcome.failures and outcome.prompt is None


def sips(outcome: Outcome) -> list[str]:
    return sorted(str(one["SipAddress"]).removeprefix("sip:").partition("@")[0] for one in all_properties(outcome))
