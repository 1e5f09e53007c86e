# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a listing shows of users against what a read by identity shows (R11, R72)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.comparing import without
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import Selection, list_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import address_of, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import Reply, Scripted, failing
from tests.unit.rules.builders import online as in_cloud

HOST = online(Get_CsOnlineUser="Identity Filter AccountType ResultSize")
NAMES = [f"u{number}@contoso.com" for number in range(60)]
USERS = parse_users(NAMES)
FULL: Row = {
    "HostingProvider": "SRV:",
    "OnPremHostingProvider": "SRV:",
    "InterpretedUserType": "HybridOnpremSfBUser",
    "TeamsUpgradeEffectiveMode": "Islands",
    "TeamsUpgradePolicy": None,
    "UserValidationErrors": [],
    "SoftDeletionTimestamp": None,
    "AccountType": "SfBOnPremUser",
    "AssignedPlan": [{"Capability": "Teams"}],
    "UserDirSyncEnabled": True,
    "OnPremEnterpriseVoiceEnabled": True,
    "OnPremLineURI": "tel:+15551234",
    "TeamsUpgradeNotificationsEnabled": False,
    "TeamsUpgradeOverridePolicy": "UpgradeToTeams",
    "TeamsUpgradePolicyIsReadOnly": "ModeAndNotifications",
}


HOMING = ("HostingProvider", "OnPremHostingProvider", "InterpretedUserType")


class Tenant:
    """A host that lists users otherwise than it returns one. `own` are the properties of some, `listed` what a listing makes of a row."""

    def __init__(self, own: Mapping[str, Mapping[str, object]] | None = None, **listed: object) -> None:
        self.rows = {
            name: {
                "SipAddress": f"sip:{name}",
                "UserPrincipalName": name,
                "Identity": name,
                **FULL,
                **(own or {}).get(name, {}),
            }
            for name in NAMES
        }
        self.changes, self.singles, self.broken = listed, list[str](), False

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        parameters = command["parameters"]
        if "Identity" in parameters:
            name = address_of(parameters["Identity"])
            self.singles.append(name)
            if self.broken:
                return failing("The service is busy.", "Busy")
            return {"state": "completed", "output": [self.rows[name]] if name in self.rows else []}
        asked = re.findall(r"'(?:sip:)?([^']*)'", parameters.get("Filter", "")) or NAMES
        found = [self.listed(self.rows[name]) for name in dict.fromkeys(asked) if name in self.rows]
        return {"state": "completed", "output": found[: parameters.get("ResultSize")]}

    def listed(self, row: Row) -> Row:
        changed = {**row, **{name: value for name, value in self.changes.items() if value is not ...}}
        return {name: value for name, value in changed.items() if self.changes.get(name) is not ...}

    def read(self, *names: str) -> dict[str, User | Reason]:
        users = parse_users(names or NAMES)
        return {user.text: fact for user, fact in read_users(Scripted(self).remote(), HOST, users).items()}

    def list(self) -> dict[str, User]:
        found = list_users(Scripted(self).remote(), HOST, Selection())
        return {user.id.text: user for user in found}


@pytest.mark.parametrize("name", [name for name in FULL if name not in HOMING])
def test_what_a_listing_leaves_out_has_everybody_read_singly(name: str) -> None:
    last = {NAMES[-1]: {"UserValidationErrors": ["twice"], "TeamsUpgradePolicy": {"Name": "SfBOnly"}}}
    tenant = Tenant(last, **{name: ...})
    found = tenant.read()[NAMES[-1]]
    assert isinstance(found, User)
    assert (found.validation_errors, found.assigned) == (("twice",), "SfBOnly")
    assert (found.mode, found.account_type) != (None, None)
    assert len(tenant.singles) >= len(NAMES)
    listed = Tenant(last, **{name: ...}).list()[NAMES[-1]]
    # Whether an account is deleted is in no user: one who is not listed as deleted is taken for one who is there.
    assert listed == found


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        # Shown otherwise than by a single read, or empty where that is not.
        ({}, {"TeamsUpgradeEffectiveMode": "TeamsOnly"}),
        ({}, {"AccountType": None}),
        ({}, {"AssignedPlan": None}),
        (
            {},
            {"HostingProvider": None, "OnPremHostingProvider": None, "InterpretedUserType": "PureOnlineTeamsOnlyUser"},
        ),
        ({NAMES[0]: {"TeamsUpgradePolicy": {"Name": "SfBOnly"}}}, {"TeamsUpgradePolicy": None}),
        ({NAMES[0]: {"UserValidationErrors": ["twice"]}}, {"UserValidationErrors": None}),
        # The first user has nothing to show; one in another mode has, or one of the next.
        ({NAMES[5]: {"TeamsUpgradePolicy": "SfBOnly"}}, {"TeamsUpgradePolicy": None}),
        (
            {NAMES[50]: {"TeamsUpgradePolicy": "SfBOnly", "TeamsUpgradeEffectiveMode": "SfBOnly"}},
            {"TeamsUpgradePolicy": None},
        ),
        ({NAMES[20]: {"UserValidationErrors": ["twice"]}}, {"UserValidationErrors": None}),
        # Where a single read shows no error as null, as many are read singly as one filter names.
        (
            {
                **{name: {"UserValidationErrors": None} for name in NAMES},
                NAMES[20]: {"UserValidationErrors": ["twice"]},
            },
            {"UserValidationErrors": None},
        ),
        # Far beyond the first users: a listing with nothing where a single read has an empty list does not show errors.
        ({NAMES[50]: {"UserValidationErrors": ["twice"]}}, {"UserValidationErrors": None}),
    ],
)
def test_what_a_listing_shows_empty_or_otherwise_has_everybody_read_singly(
    own: Mapping[str, Row], listed: Mapping[str, object]
) -> None:
    tenant = Tenant(own, **listed)
    found = tenant.read()
    assert found == Tenant(own).read()
    assert {*tenant.singles} == {*NAMES}


def test_a_user_whose_type_speaks_of_an_error_that_is_not_listed_is_read_singly() -> None:
    own = {
        NAMES[50]: {
            "UserValidationErrors": ["twice"],
            "InterpretedUserType": "HybridOnpremSfBUserWithMCOValidationError",
        }
    }
    tenant = Tenant(own, UserValidationErrors=[])
    found = tenant.read()[NAMES[50]]
    assert isinstance(found, User)
    assert found.validation_errors == ("twice",)
    assert len(tenant.singles) == 1 + 5 + 1


@pytest.mark.parametrize("errors", [[], None])
def test_a_healthy_listing_costs_a_bounded_number_of_single_reads(errors: list[str] | None) -> None:
    own = {name: {"UserValidationErrors": errors} for name in NAMES}
    tenant = Tenant(own)
    tenant.read()
    assert len(tenant.singles) <= 1 + 5 + (20 if errors is None else 0)
    tenant = Tenant(own)
    tenant.list()
    assert len(tenant.singles) <= 1 + 5 + (20 if errors is None else 0)


def test_r72_a_user_who_is_listed_and_turns_out_to_be_deleted_is_none() -> None:
    own = {NAMES[1]: {"SoftDeletionTimestamp": "2026-01-01"}}
    assert NAMES[1] not in Tenant(own, SoftDeletionTimestamp=...).list()
    gone = Tenant(own, SoftDeletionTimestamp=...).read()[NAMES[1]]
    assert isinstance(gone, Reason)
    assert gone.code == "user_deleted"


def test_r11_what_neither_read_shows_is_unknown() -> None:
    tenant = Tenant(UserValidationErrors=...)
    tenant.broken = True
    found = tenant.list()
    assert {user.validation_errors for user in found.values()} == {None}
    user = without(in_cloud(), frozenset(("homing", "assigned", "sip_address")))
    assert (user.homing, user.assigned, user.sip_address) == (Homing.UNKNOWN, None, in_cloud().sip_address)
    assert user.why_unknown == "a listing of this host does not show it, and the user could not be read singly"
    named = without(in_cloud(), frozenset(("user_principal_name",)))
    assert named.user_principal_name == in_cloud().user_principal_name
