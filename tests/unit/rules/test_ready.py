# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps users from being moved, and what is worth knowing of them (R10, R21, R23 to R27, R30)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.onprem_dependencies import OnpremDependencies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.ready import CHECKS, hints, obstacles

from tests.unit.rules.builders import cloud_user, online, onprem, server_user
from tests.unit.sentences import whole

ALL = frozenset(CHECKS)
BOTH_PLANS = frozenset(("Teams", "MCOProfessional"))


def codes(user: User, *, contacts_in_exchange: bool | None = None, checks: frozenset[str] = ALL) -> list[str]:
    return [whole(reason).code for reason in obstacles(user, checks, OnpremDependencies(contacts_in_exchange))]


@pytest.mark.parametrize(
    ("user", "contacts", "found"),
    [
        (server_user(enabled=True), False, []),
        (server_user(enabled=None), None, []),
        (server_user(enabled=False), False, ["account_disabled"]),
        (server_user(enabled=True), True, ["unified_contact_store"]),
        (server_user(enabled=False), True, ["account_disabled", "unified_contact_store"]),
    ],
)
def test_r25_what_the_server_knows_against_a_move(user: User, contacts: bool | None, found: list[str]) -> None:
    assert codes(user, contacts_in_exchange=contacts) == found


@pytest.mark.parametrize(
    ("licences", "homing", "missing"),
    [
        (BOTH_PLANS, Homing.ONPREM, None),
        # Microsoft writes other names for the same plans, too.
        (frozenset(("TEAMS1", "mcostandard")), Homing.ONPREM, None),
        (frozenset(("Teams",)), Homing.ONPREM, "Skype for Business Online (Plan 2)"),
        (frozenset(("MCOProfessional",)), Homing.ONPREM, "Teams"),
        (frozenset(), Homing.ONPREM, "Teams and Skype for Business Online (Plan 2)"),
        # Plan 2 is needed for the move alone.
        (frozenset(("Teams",)), Homing.ONLINE, None),
        (frozenset(), Homing.ONLINE, "Teams"),
    ],
)
def test_r21_both_plans_are_needed_for_a_move(licences: frozenset[str], homing: Homing, missing: str | None) -> None:
    found = list(obstacles(cloud_user(homing, Mode.ISLANDS, licences=licences), ALL))
    assert [reason.code for reason in found] == ([] if missing is None else ["not_licensed"])
    if missing is not None:
        assert f"has no enabled licence for {missing} (looked for " in found[0].message


def test_r21_a_missing_licence_names_what_was_looked_for_and_what_was_found() -> None:
    held = frozenset(("MCOIMP", "EXCHANGE_S_ENTERPRISE", "Teams"))
    found = list(obstacles(cloud_user(Homing.ONPREM, Mode.ISLANDS, licences=held), ALL))
    assert (
        "(looked for MCOProfessional, MCOSTANDARD, MCOSTANDARD_GOV; enabled: EXCHANGE_S_ENTERPRISE, MCOIMP, Teams)"
        in (found[0].message)
    )


def test_r21_licences_that_could_not_be_read_are_not_missing_ones() -> None:
    assert codes(onprem()) == ["licences_unknown"]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"on_prem_enterprise_voice": True}, ["phone_system_missing"]),
        ({"on_prem_line_uri": "tel:+1555"}, ["phone_system_missing"]),
        ({"on_prem_enterprise_voice": False, "on_prem_line_uri": ""}, []),
        ({}, []),
    ],
)
def test_r24_who_telephones_onprem_needs_a_phone_system(facts: dict[str, Any], found: list[str]) -> None:
    assert codes(onprem(licences=BOTH_PLANS, **facts)) == found
    for plan in ("MCOEV", "mcoev", "MCOEV_GOV"):
        assert codes(onprem(licences=BOTH_PLANS | {plan}, **facts)) == []
    # A virtual user's plan is a resource account's.
    assert codes(onprem(licences=BOTH_PLANS | {"MCOEV_VIRTUALUSER"}, **facts)) == found
    # What could not be read is not called missing.
    assert codes(onprem(licences=None, **facts)) == ["licences_unknown"]
    # Who is homed online has nothing left to lose.
    assert codes(online(licences=BOTH_PLANS, **facts)) == []


@pytest.mark.parametrize(
    ("user", "found"),
    [
        (onprem(licences=BOTH_PLANS, validation_errors=("E1", "E2")), ["validation_errors"]),
        (onprem(licences=BOTH_PLANS, validation_errors=()), []),
        # Moving is what mends it (R10).
        (onprem(Mode.TEAMS_ONLY, licences=BOTH_PLANS), []),
        (onprem(licences=BOTH_PLANS, account_type="ResourceAccount"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="Guest"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="IneligibleUser"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="Unknown"), ["not_a_user"]),
        (onprem(licences=BOTH_PLANS, account_type="SfBOnPremUser"), []),
    ],
)
def test_r27_what_the_cloud_knows_against_a_move(user: User, found: list[str]) -> None:
    assert codes(user) == found


@pytest.mark.parametrize("check", CHECKS)
def test_only_what_is_asked_for_is_checked(check: str) -> None:
    bad = onprem(
        Mode.TEAMS_ONLY,
        licences=frozenset(),
        on_prem_enterprise_voice=True,
        account_type="Guest",
        validation_errors=("E1",),
    )
    server = server_user(enabled=False)
    expected = {
        "account": (["not_a_user"], ["account_disabled"]),
        "contacts": ([], ["unified_contact_store"]),
        "licences": (["not_licensed"], []),
        "telephony": (["phone_system_missing"], []),
        "sync": (["validation_errors"], []),
        "mailbox": ([], []),
        "conferencing": ([], []),
    }
    only = frozenset((check,))
    assert (codes(bad, checks=only), codes(server, contacts_in_exchange=True, checks=only)) == expected[check]
    assert codes(bad, checks=frozenset()) == []


@pytest.mark.parametrize(
    ("sip", "name", "found"),
    [
        ("sip:alice@contoso.com", "Alice@contoso.com", []),
        ("sip:alice@contoso.com", "alice@fabrikam.com", ["sip_is_not_upn"]),
        ("", "alice@fabrikam.com", []),
        ("sip:alice@contoso.com", "", []),
    ],
)
def test_an_address_that_differs_from_the_name_is_worth_knowing(sip: str, name: str, found: list[str]) -> None:
    assert [whole(hint).code for hint in hints(online(sip_address=sip, user_principal_name=name), ALL)] == found


BLIND = OnpremDependencies(asked=frozenset(("contacts_in_exchange", "mailbox_onprem", "dial_in")))


@pytest.mark.parametrize(
    ("user", "onprem_dependencies", "found"),
    [
        (server_user(), OnpremDependencies(mailbox_onprem=True), ["mailbox_onprem"]),
        (server_user(), OnpremDependencies(mailbox_onprem=False, asked=frozenset(("mailbox_onprem",))), []),
        (server_user(), BLIND, ["contacts_unknown", "mailbox_unknown", "dial_in_unknown"]),
        (server_user(), OnpremDependencies(contacts_in_exchange=True), []),
        (onprem(Mode.TEAMS_ONLY, licences=BOTH_PLANS), OnpremDependencies(), ["inconsistent"]),
        (online(licences=frozenset(), dir_synced=True), OnpremDependencies(), ["license_after_enabling"]),
        (online(licences=frozenset(), dir_synced=False), OnpremDependencies(), []),
        (online(licences=None, dir_synced=True), OnpremDependencies(), []),
        (online(licences=frozenset(), dir_synced=True, on_prem_hosting_provider="sipfed.x"), OnpremDependencies(), []),
        (onprem(licences=frozenset(), dir_synced=True), OnpremDependencies(), []),
    ],
)
def test_r23_r26_r30_what_is_worth_knowing_keeps_nobody_back(
    user: User, onprem_dependencies: OnpremDependencies, found: list[str]
) -> None:
    assert [whole(hint).code for hint in hints(user, ALL, onprem_dependencies)] == found
    assert list(hints(user, frozenset(), onprem_dependencies)) == []
