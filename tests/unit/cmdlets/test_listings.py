# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What decides about users, and listings that do not show it of some of them (R11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.comparing import (
    by_type_alone,
    in_trouble,
    unlike,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.test_comparing import HOMING, NAMES, Tenant

ALICE = UserId.parse("alice@contoso.com")
ONPREM = User(
    ALICE,
    Side.ONPREM,
    Homing.ONPREM,
    sip_address="sip:alice@contoso.com",
    user_principal_name="alice@contoso.com",
    assigned="Notify",
    registrar_pool="pool01",
    enabled=True,
    enterprise_voice=True,
    line_uri="tel:+15551234",
    conferencing_policy="Talkers",
)
ONLINE = User(
    ALICE,
    Side.ONLINE,
    Homing.ONPREM,
    sip_address="sip:alice@contoso.com",
    user_principal_name="alice@contoso.com",
    mode=Mode.ISLANDS,
    assigned="Islands",
    notify=False,
    on_prem_hosting_provider="SRV:",
    on_prem_enterprise_voice=True,
    on_prem_line_uri="tel:+15551234",
    dir_synced=True,
    account_type="User",
    licences=frozenset(("Teams",)),
    validation_errors=(),
    override_policy="UpgradeToTeams",
    policy_read_only="ModeAndNotifications",
)
# What is only shown, or decides on the other side.
ONPREM_AS_WELL = {"display_name": "Alice", "hosting_provider": "SRV:"}
ONLINE_AS_WELL = {
    "display_name": "Alice",
    "hosting_provider": "SRV:",
    "registrar_pool": "pool01",
    "enterprise_voice": True,
    "line_uri": "tel:+1",
    "interpreted_user_type": "HybridOnpremSfBUser",
    "enabled": True,
    "conferencing_policy": "Talkers",
}
EMPTY: Mapping[str, object] = {"homing": Homing.UNKNOWN, "sip_address": "", "user_principal_name": ""}


@pytest.mark.parametrize(
    ("user", "fact"),
    [
        (user, name)
        for user in (ONPREM, ONLINE)
        for name in User.__dataclass_fields__
        if name not in ("id", "side") and getattr(user, name) not in (None, "")
    ],
)
def test_every_fact_that_decides_is_compared(user: User, fact: str) -> None:
    listed = replace(user, **{fact: EMPTY.get(fact)})  # type: ignore[arg-type]
    assert unlike(user, listed) == {fact}
    assert unlike(user, user) == frozenset()
    # What the single read does not show is no reason to doubt the listing, for all but the homing.
    assert unlike(listed, user) == ({fact} if fact in EMPTY else frozenset())


@pytest.mark.parametrize(("user", "facts"), [(ONPREM, ONPREM_AS_WELL), (ONLINE, ONLINE_AS_WELL)])
def test_facts_that_only_are_shown_are_not(user: User, facts: Mapping[str, object]) -> None:
    for name, value in facts.items():
        assert unlike(replace(user, **{name: value}), user) == frozenset()  # type: ignore[arg-type]


def test_who_is_found_by_one_read_alone_is_shown_otherwise_by_the_other() -> None:
    gone = Reason("user_deleted", "Gone.")
    everything = {name for name in User.__dataclass_fields__ if getattr(ONPREM, name) not in (None, "")} - {
        "id",
        "side",
    }
    assert unlike(gone, ONPREM) == unlike(ONPREM, gone) == everything
    assert {"mode", "licences"} <= unlike(gone, ONLINE)
    assert unlike(gone, gone) == frozenset()


class Patchy(Tenant):
    """A tenant whose listing shows some users otherwise, and all others as they are."""

    def __init__(self, own: Mapping[str, Row], patches: Mapping[str, Row]) -> None:
        super().__init__(own)
        self._patches = patches

    def listed(self, row: Row) -> Row:
        return row | self._patches.get(str(row["Identity"]), {})


GRANTED: dict[str, Row] = {name: {"TeamsUpgradePolicy": "Islands"} for name in NAMES}
BLANK: Row = dict.fromkeys(HOMING)


@pytest.mark.parametrize(
    "patch",
    [
        # Blank, and blank but for a type that says nothing, or something else than a single read.
        BLANK,
        dict.fromkeys(HOMING, ""),
        BLANK | {"InterpretedUserType": "EnabledUserWithNoService"},
        BLANK | {"InterpretedUserType": "PureOnlineTeamsOnlyUser"},
        {"HostingProvider": "sipfed.online.lync.com"},
        {"UserValidationErrors": [], "InterpretedUserType": "HybridOnpremSfBUserWithMCOValidationError"},
        {"UserValidationErrors": None, "InterpretedUserType": "HybridOnpremSfBUserFailedProvisioning"},
    ],
)
def test_r11_a_user_whose_listing_leaves_doubts_is_read_singly(patch: Row) -> None:
    own: dict[str, Row] = {**GRANTED, NAMES[40]: {"TeamsUpgradePolicy": "Islands", "UserValidationErrors": ["twice"]}}
    for read in (Patchy.read, Patchy.list):
        tenant = Patchy(own, {NAMES[40]: patch})
        found = read(tenant)[NAMES[40]]
        assert isinstance(found, User)
        assert (found.homing, found.validation_errors) == (Homing.ONPREM, ("twice",))
        # Only the first, to compare, and the user that is in doubt.
        assert tenant.singles == [NAMES[0], NAMES[40]]


def test_r11_a_user_of_which_a_single_read_says_no_more_stays_unknown() -> None:
    own: dict[str, Row] = {**GRANTED, NAMES[40]: {"TeamsUpgradePolicy": "Islands", **BLANK}}
    for read in (Patchy.read, Patchy.list):
        tenant = Patchy(own, {})
        found = read(tenant)[NAMES[40]]
        assert isinstance(found, User)
        assert found.homing is Homing.UNKNOWN
        assert found.why_unknown
        assert tenant.singles == [NAMES[0], NAMES[40]]


def test_r11_a_first_user_without_providers_says_nothing_for_the_listing_of_others() -> None:
    own = GRANTED | {
        NAMES[0]: {"TeamsUpgradePolicy": "Islands", **BLANK, "InterpretedUserType": "EnabledUserWithNoService"}
    }
    for read in (Tenant.read, Tenant.list):
        tenant = Tenant(own, **BLANK)
        homings = {name: fact.homing for name, fact in read(tenant).items() if isinstance(fact, User)}
        assert homings == {name: Homing.UNKNOWN if name == NAMES[0] else Homing.ONPREM for name in NAMES}


@pytest.mark.parametrize(
    ("facts", "alone"),
    [
        ({"hosting_provider": "SRV:", "on_prem_hosting_provider": "SRV:"}, False),
        ({"hosting_provider": None, "on_prem_hosting_provider": "SRV:"}, False),
        ({"hosting_provider": "SRV:", "on_prem_hosting_provider": None}, False),
        ({"hosting_provider": None, "on_prem_hosting_provider": None}, True),
        ({"hosting_provider": "", "on_prem_hosting_provider": ""}, True),
        # The server has no such type.
        ({"side": Side.ONPREM, "hosting_provider": "SRV:", "on_prem_hosting_provider": None}, False),
        ({"side": Side.ONPREM, "hosting_provider": None, "on_prem_hosting_provider": None}, False),
    ],
)
def test_r73_a_homing_rests_on_the_type_where_no_provider_is_shown(facts: dict[str, Any], alone: bool) -> None:
    assert by_type_alone(replace(ONLINE, **facts)) is alone


@pytest.mark.parametrize(
    ("kind", "errors", "trouble"),
    [
        ("HybridOnpremSfBUser", (), False),
        (None, (), False),
        ("", None, False),
        ("HybridOnlineTeamsOnlyUserWithMCOValidationError", (), True),
        ("HybridOnlineTeamsOnlyUserWithMCOValidationError", None, True),
        ("HYBRIDONPREMSFBUSERFAILEDPROVISIONING", (), True),
        # The errors are there to be read.
        ("HybridOnlineTeamsOnlyUserWithMCOValidationError", ("twice",), False),
    ],
)
def test_a_type_that_speaks_of_errors_which_are_not_shown_is_doubtful(
    kind: str | None, errors: tuple[str, ...] | None, trouble: bool
) -> None:
    assert in_trouble(replace(ONLINE, interpreted_user_type=kind, validation_errors=errors)) is trouble


def test_where_the_first_users_do_not_exist_one_of_the_others_is_compared() -> None:
    strangers = [f"x{number}@contoso.com" for number in range(3)]
    tenant = Tenant(GRANTED)
    found = tenant.read(*strangers, *NAMES[:9])
    assert [name for name, fact in found.items() if isinstance(fact, User)] == NAMES[:9]
    # By SIP address, then by user principal name; and one to compare.
    assert tenant.singles == [name for name in strangers for _address in range(2)] + NAMES[:1]
