# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users are moved (R16, R31 to R33, R63)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change, Refuse
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import InvalidOption
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import (
    HostingProvider,
    Target,
    default_target,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.move import Move, check_options
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import in_short, server_user

CLOUD = Target("sipfed.online.lync.com", Homing.ONLINE)
POOL = Target("pool01.contoso.com", Homing.ONPREM)
MOVE = "change Move-CsUser"


def to(target: Target) -> Move:
    return Move(target, MoveUser("", "", credential_user="admin", credential_password="secret"))


@pytest.mark.parametrize(
    ("target", "user", "decision"),
    [
        (CLOUD, server_user(), MOVE),
        (CLOUD, server_user(Homing.ONLINE), "keep"),
        (CLOUD, server_user(Homing.ONLINE, hosting_provider="SIPFED.online.lync.com"), "keep"),
        (CLOUD, server_user(Homing.ONLINE, hosting_provider="sipfed.online.example"), "refuse homed_elsewhere"),
        (CLOUD, server_user(Homing.UNKNOWN), "unread homing_unknown"),
        (POOL, server_user(Homing.ONLINE), MOVE),
        (POOL, server_user(registrar_pool="POOL01.contoso.com"), "keep"),
        (POOL, server_user(registrar_pool="pool02.contoso.com"), MOVE),
        (POOL, server_user(Homing.UNKNOWN), "unread homing_unknown"),
    ],
)
def test_r31_a_user_who_is_homed_there_is_not_moved(target: Target, user: User, decision: str) -> None:
    assert in_short(to(target).decide(user)) == decision


def test_r31_a_move_names_the_user_and_the_target() -> None:
    decision = to(CLOUD).decide(server_user(registrar_pool="pool01.contoso.com"))
    assert isinstance(decision, Change)
    assert decision.action == MoveUser(
        "sip:alice@contoso.com", "sipfed.online.lync.com", credential_user="admin", credential_password="secret"
    )
    assert decision.before == {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}
    assert decision.after == {"homing": "online"}


@pytest.mark.parametrize(
    ("target", "folder", "word"),
    [
        (None, None, ""),
        ("pool01.contoso.com", "D:\\", ""),
        (None, r"D:\Reports", ""),
        (None, "d:/Teams upgrade/Reports/", ""),
        (None, r"\\server\share$\Reports [1]", ""),
        (" ", None, "target"),
        ("pool*", r"D:\Reports", "target"),
        (None, "", "report_dir"),
        (None, "Reports", "report_dir"),
        (None, r"D:Reports", "report_dir"),
        (None, r"\Reports", "report_dir"),
        (None, r"\\server", "report_dir"),
        (None, "/srv/reports", "report_dir"),
        (None, "D:\\Reports\n", "report_dir"),
        (None, r"D:\Rep*rts", "report_dir"),
        (None, r"D:\Reports:stream", "report_dir"),
        (None, r"HKLM:\Reports", "report_dir"),
    ],
)
def test_options_that_name_no_place_are_refused(target: str | None, folder: str | None, word: str) -> None:
    found = ""
    try:
        check_options(target, folder)
    except InvalidOption as invalid:
        found = invalid.problem.split(" ")[0]
    assert found == word


SHARED = HostingProvider("sipfed.online.lync.com", enabled=True, shared=True)


@pytest.mark.parametrize(
    ("providers", "target"),
    [
        ([SHARED], "sipfed.online.lync.com"),
        ([HostingProvider("exap.um.outlook.com", enabled=True, shared=False), SHARED], "sipfed.online.lync.com"),
        ([HostingProvider("sipfed.online.lync.com", enabled=False, shared=True)], None),
        # What Exchange is set up as for voice mail, and one that is the deployment itself.
        (
            [HostingProvider("exap.um.outlook.com", enabled=True, shared=True, homes_users=False), SHARED],
            SHARED.proxy_fqdn,
        ),
        ([HostingProvider("exap.um.outlook.com", enabled=True, shared=True, homes_users=False)], None),
        ([], None),
    ],
)
def test_r16_the_default_target_is_an_enabled_provider_with_a_shared_address_space(
    providers: list[HostingProvider], target: str | None
) -> None:
    assert default_target(providers) == target


@given(st.sampled_from(Homing), st.sampled_from([CLOUD, POOL]), st.booleans())
def test_r33_contacts_are_discarded_only_where_that_was_asked_for(
    homing: Homing, target: Target, discard: bool
) -> None:
    how = MoveUser("", "", discard_contacts_and_meetings=discard, credential_user="a", credential_password="b")
    desired = Move(target, how)
    decision = desired.decide(server_user(homing))
    if isinstance(decision, Change):
        assert isinstance(decision.action, MoveUser)
        assert decision.action.discard_contacts_and_meetings is discard


@pytest.mark.parametrize(
    ("user", "before"),
    [
        (server_user(Homing.ONLINE), {"homing": "online"}),
        (
            server_user(registrar_pool="pool02.contoso.com"),
            {"homing": "onprem", "registrar_pool": "pool02.contoso.com"},
        ),
    ],
)
def test_r63_a_move_to_a_pool_shows_the_pool(user: User, before: dict[str, object]) -> None:
    decision = to(POOL).decide(user)
    assert isinstance(decision, Change)
    assert decision.before == before
    assert decision.after == {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}


CLOSED = organisation_reasons.HYBRID_CLOSED.format(host="sfb01")


@pytest.mark.parametrize(
    ("target", "user", "decision"),
    [
        (Target(CLOUD.fqdn, Homing.ONLINE, CLOSED), server_user(), "refuse hybrid_closed"),
        (Target(CLOUD.fqdn, Homing.ONLINE, CLOSED), server_user(Homing.ONLINE), "keep"),
        (Target(POOL.fqdn, Homing.ONPREM, CLOSED), server_user(Homing.ONLINE), "refuse hybrid_closed"),
        # From pool to pool, nothing of the hybrid matters.
        (Target(POOL.fqdn, Homing.ONPREM, CLOSED), server_user(registrar_pool="pool02.contoso.com"), MOVE),
        (POOL, server_user(Homing.ONLINE, enabled=False), "refuse account_disabled"),
        (POOL, server_user(Homing.ONLINE, enabled=True), MOVE),
        (CLOUD, server_user(enabled=False), MOVE),
        (POOL, server_user(Homing.UNKNOWN, hosting_provider=""), "refuse not_enabled_onprem"),
        (POOL, server_user(Homing.UNKNOWN, hosting_provider=None), "unread homing_unknown"),
        (CLOUD, server_user(Homing.UNKNOWN, hosting_provider=""), "unread homing_unknown"),
    ],
)
def test_r63_r65_r66_what_forbids_a_move(target: Target, user: User, decision: str) -> None:
    assert in_short(to(target).decide(user)) == decision


@pytest.mark.parametrize(
    ("target", "user", "decision"),
    [
        (CLOUD, server_user(), "refuse credential_missing"),
        (POOL, server_user(Homing.ONLINE), "refuse credential_missing"),
        (CLOUD, server_user(Homing.ONLINE), "keep"),
        (POOL, server_user(registrar_pool="pool02.contoso.com"), MOVE),
    ],
)
def test_r34_without_a_credential_nobody_crosses(target: Target, user: User, decision: str) -> None:
    assert in_short(Move(target, MoveUser("", "")).decide(user)) == decision
    assert in_short(Move(target, MoveUser("", "", credential_user="admin")).decide(user)) == decision


def test_r66_who_is_not_known_onprem_is_to_be_enabled_before_a_move_back() -> None:
    missing = reasons.USER_NOT_FOUND.format(user="alice", host="sfb01")
    assert in_short(to(POOL).without(missing)) == "refuse not_enabled_onprem"
    assert in_short(to(CLOUD).without(missing)) == "refuse user_not_found"
    unread = reasons.READ_FAILED.format(user="alice", fault="busy")
    assert in_short(to(POOL).without(unread)) == "unread read_failed"
    refused = to(POOL).without(missing)
    assert isinstance(refused, Refuse)
    assert "Enable-CsUser" in refused.reason.remedy
