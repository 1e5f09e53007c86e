# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who can be upgraded, and what the others lack."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import Stage, WaveGoal
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sentences import whole
from tests.unit.wave.sides import assessment_of

Item = dict[str, Any]
ALICE = "alice@contoso.com"


def skype(**facts: object) -> Item:
    """Alice as the Skype for Business host shows her: homed on-prem, without telephony."""
    return {"user": ALICE, "status": "ok", "homing": "onprem", "sip_address": f"sip:{ALICE}", "enabled": True} | facts


def teams(**facts: object) -> Item:
    """Alice as the Teams host shows her: synced and licensed."""
    synced = {"homing": "onprem", "sip_address": f"sip:{ALICE}", "mode": "Islands", "validation_errors": []}
    return {"user": ALICE, "status": "ok", "licences": ["MCOProfessional", "Teams"]} | synced | facts


def cloud(**facts: object) -> Item:
    """Alice as the Teams host shows her once she is homed online."""
    return teams(homing="online") | facts


def unread(code: str = "read_failed", status: str = "unknown") -> Item:
    return {"user": ALICE, "status": status, "reason": {"code": code, "message": f"{code}.", "remedy": "Mend it."}}


ABSENT = unread("user_not_found", "failed")


def judged(onprem: Item | None, online: Item | None, **goal: Any) -> Item:
    """The readiness of Alice, after seeing that she is found where she stands."""
    onprem_items, online_items = [onprem] if onprem else [], [online] if online else []
    found = assessment_of([UserId.parse(ALICE)], onprem_items, online_items, goal=WaveGoal(**goal))
    alice = found.users[0]
    assert [name for name in Stage if found.at(name)] == ([alice.stage] if alice.ready else [])
    return {
        "ready": alice.ready,
        "stage": alice.stage.value,
        "reasons": [whole(reason).to_result() for reason in alice.reasons],
        "warnings": [whole(warning).to_result() for warning in alice.warnings],
        "item": alice.to_item(),
        "before": alice.ready and alice.upgraded_before,
    }


def codes(verdict: Item) -> list[str]:
    return [reason["code"] for reason in verdict["reasons"]]


@pytest.mark.parametrize(
    ("onprem", "online", "stage"),
    [
        (skype(), teams(), "onprem"),
        (skype(homing="online"), teams(), "moving"),
        (skype(homing="online"), cloud(mode="TeamsOnly"), "teams_only"),
        (skype(homing="online"), cloud(), "online"),
        (ABSENT, cloud(), "online"),
        (ABSENT, cloud(mode="teamsonly"), "teams_only"),
    ],
)
def test_users_who_are_ready_have_a_stage(onprem: Item, online: Item, stage: str) -> None:
    verdict = judged(onprem, online)
    assert (verdict["ready"], verdict["stage"], verdict["item"]["status"]) == (True, stage, "ok")


@pytest.mark.parametrize(
    ("onprem", "online"),
    [
        (None, teams()),
        (skype(), None),
        (unread(), teams()),
        (skype(), unread()),
        (unread(), cloud(mode="TeamsOnly")),
        (skype(homing="unknown"), teams()),
        (skype(), teams(status="unknown", homing="unknown")),
        (ABSENT, unread("access_denied")),
    ],
)
def test_r11_what_could_not_be_read_is_unknown_and_never_ready(onprem: Item | None, online: Item | None) -> None:
    verdict = judged(onprem, online)
    assert (verdict["ready"], verdict["stage"], verdict["item"]["status"]) == (False, "unknown", "unknown")


@pytest.mark.parametrize(
    ("onprem", "online", "reasons"),
    [
        (skype(), teams(licences=["Teams"]), ["not_licensed"]),
        (skype(), teams(licences=["MCOProfessional"]), ["not_licensed"]),
        (skype(), teams(licences=[]), ["not_licensed"]),
        (skype(), teams(licences=None), ["licences_unknown"]),
        (ABSENT, cloud(licences=["MCOProfessional"]), ["not_licensed"]),
        (ABSENT, cloud(licences=["Teams"]), []),
    ],
)
def test_r21_teams_and_plan_2_are_needed_to_move_and_teams_to_upgrade(
    onprem: Item, online: Item, reasons: list[str]
) -> None:
    assert codes(judged(onprem, online)) == reasons


@pytest.mark.parametrize("telephony", [{"enterprise_voice": True}, {"line_uri": "tel:+3312345"}])
def test_r24_telephony_needs_phone_system_unless_it_is_left_behind(telephony: Item) -> None:
    assert codes(judged(skype(**telephony), teams())) == ["phone_system_missing"]
    assert codes(judged(skype(**telephony), teams(licences=["MCOEV", "MCOProfessional", "Teams"]))) == []
    assert codes(judged(skype(**telephony), teams(), without_telephony=True)) == []
    # Conferencing is another matter.
    dials_in = judged(skype(**telephony, dial_in=True), teams(), without_telephony=True)
    assert codes(dials_in) == ["audio_conferencing_missing"]


@pytest.mark.parametrize(
    ("onprem", "online", "reason"),
    [
        (skype(), ABSENT, "not_synced"),
        (skype(homing="online"), ABSENT, "not_synced"),
        (skype(), cloud(), "not_synced"),
        (skype(sip_address="sip:al@contoso.com"), teams(), "sip_address_differs"),
        (skype(), teams(sip_address=None), "sip_address_differs"),
        (skype(), teams(validation_errors=["Duplicate proxy address"]), "validation_errors"),
        (ABSENT, cloud(validation_errors=["Duplicate proxy address"]), "validation_errors"),
        (skype(enabled=False), teams(), "account_disabled"),
        (ABSENT, ABSENT, "user_not_found"),
    ],
)
def test_r27_users_must_be_the_same_on_both_sides(onprem: Item, online: Item, reason: str) -> None:
    verdict = judged(onprem, online)
    assert codes(verdict) == [reason]
    assert verdict["item"]["status"] == "skipped"


def test_r27_a_sip_address_in_other_case_is_the_same() -> None:
    assert codes(judged(skype(sip_address="SIP:Alice@Contoso.com"), teams())) == []


@pytest.mark.parametrize(
    ("onprem", "online"),
    [(ABSENT, teams()), (ABSENT, cloud(account_type="ResourceAccount")), (ABSENT, cloud(account_type="Guest"))],
)
def test_r28_rooms_and_resource_accounts_are_no_users(onprem: Item, online: Item) -> None:
    assert codes(judged(onprem, online)) == ["not_a_user"]


def test_every_reason_is_listed() -> None:
    verdict = judged(skype(enterprise_voice=True, enabled=False), teams(licences=[], sip_address="sip:al@contoso.com"))
    assert codes(verdict) == ["account_disabled", "sip_address_differs", "phone_system_missing", "not_licensed"]
    for reason in verdict["reasons"]:
        assert reason["message"] in verdict["item"]["reason"]["message"]
        assert reason["remedy"] in verdict["item"]["reason"]["remedy"]


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.TEAMS_ONLY])
def test_a_mode_without_a_move_needs_no_licence(mode: Mode) -> None:
    assert judged(skype(enterprise_voice=True), teams(licences=[]), mode=mode)["ready"]
    assert judged(ABSENT, cloud(licences=[]), mode=mode)["ready"]


@pytest.mark.parametrize(
    ("onprem", "online", "before"),
    [
        (skype(homing="online"), cloud(mode="TeamsOnly"), True),
        (ABSENT, cloud(mode="TeamsOnly", assigned="Tag:UpgradeToTeams"), True),
        (ABSENT, cloud(mode="TeamsOnly", assigned=None), False),
        (ABSENT, cloud(mode="TeamsOnly", assigned="Islands"), False),
        (ABSENT, cloud(), False),
    ],
)
def test_r42_only_users_who_bear_traces_of_an_upgrade_are_caught_up(onprem: Item, online: Item, before: bool) -> None:
    assert judged(onprem, online)["before"] is before


def test_users_are_matched_in_any_case_and_with_or_without_sip() -> None:
    found = assessment_of([UserId.parse("sip:ALICE@contoso.com")], [skype()], [teams(user="Alice@Contoso.com")])
    assert [each.user.text for each in found.at(Stage.ONPREM)] == ["sip:ALICE@contoso.com"]


CONTACTS = {"contacts_in_exchange": True}
MAILBOX = {"mailbox_onprem": True}
UNREAD = {"contacts_in_exchange": None, "mailbox_onprem": None, "dial_in": None}


@pytest.mark.parametrize(
    ("onprem", "online", "reasons", "warnings"),
    [
        (skype(**CONTACTS), teams(), ["unified_contact_store"], []),
        (skype(**MAILBOX), teams(), [], ["mailbox_onprem"]),
        (skype(**UNREAD), teams(), [], ["contacts_unknown", "mailbox_unknown", "dial_in_unknown"]),
        (skype(contacts_in_exchange=False, mailbox_onprem=False), teams(), [], []),
        (skype(), teams(mode="TeamsOnly"), [], ["inconsistent"]),
        (skype(user_principal_name="al@fabrikam.com"), teams(), [], ["sip_is_not_upn"]),
        # What only matters for a move does not matter after it.
        (skype(homing="online", **CONTACTS, **MAILBOX), cloud(mode="TeamsOnly"), [], []),
        (skype(dial_in=True), teams(), ["audio_conferencing_missing"], []),
        (skype(dial_in=True), teams(licences=["MCOMEETADD", "MCOProfessional", "Teams"]), [], []),
        (skype(dial_in=False), teams(), [], []),
    ],
)
def test_r23_r25_r26_what_a_side_found_counts(
    onprem: Item, online: Item, reasons: list[str], warnings: list[str]
) -> None:
    verdict = judged(onprem, online)
    assert (codes(verdict), [each["code"] for each in verdict["warnings"]]) == (reasons, warnings)
    assert [each["code"] for each in verdict["item"].get("warnings", [])] == warnings
    assert codes(judged(onprem, online, mode=Mode.ISLANDS)) == []


def test_what_was_accepted_is_a_warning() -> None:
    accepted = frozenset(("unified_contact_store",))
    verdict = judged(skype(**CONTACTS), teams(licences=["Teams"]), accepted=accepted)
    assert codes(verdict) == ["not_licensed"]
    assert [each["code"] for each in verdict["warnings"]] == ["unified_contact_store"]


HOMINGS = st.sampled_from(["onprem", "online", "unknown"])
ITEMS = st.one_of(
    st.none(),
    st.sampled_from([ABSENT, unread()]),
    st.fixed_dictionaries(
        {"user": st.just(ALICE), "status": st.sampled_from(["ok", "unknown", "failed"]), "homing": HOMINGS},
        optional={
            "licences": st.none() | st.lists(st.sampled_from(["Teams", "MCOProfessional", "MCOEV"])),
            "mode": st.none() | st.sampled_from([mode.value for mode in Mode]),
            "enabled": st.booleans(),
            "sip_address": st.none() | st.sampled_from([ALICE, f"sip:{ALICE}", "other@contoso.com"]),
            "validation_errors": st.none() | st.lists(st.just("error"), max_size=1),
        },
    ),
)


@given(onprem=ITEMS, online=ITEMS, mode=st.sampled_from(list(Mode)))
def test_nobody_is_ready_to_move_unless_both_sides_home_them_onprem(
    onprem: Item | None, online: Item | None, mode: Mode
) -> None:
    verdict = judged(onprem, online, mode=mode)
    if verdict["ready"] and verdict["stage"] == "onprem":
        assert onprem is not None
        assert online is not None
        assert (onprem["status"], onprem["homing"]) == ("ok", "onprem")
        assert (online["status"], online["homing"]) == ("ok", "onprem")
    assert verdict["ready"] or verdict["reasons"]
