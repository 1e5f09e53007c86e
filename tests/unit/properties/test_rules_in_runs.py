# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that no pure decision keeps: what is sent, in which order, and what is said, over whole runs of modules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.clock import Clock
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.in_process import Result
from tests.lab.modules.people import CLOUD, MOVER, codes, seeded, statuses
from tests.unit.properties.answers import sent, world, writes
from tests.unit.properties.in_process import Play

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
ALICE = {"users": ["alice@contoso.com"], "retry_delay": 0}
MOVE = {**MOVER, **ALICE}
TENANT = {"scope": "tenant", "confirm_tenant_change": True}
TELL = {"policies": [{"identity": "Tell", "notify": True}]}


def play(*users: Mapping[str, Any], **seed: Any) -> Play:
    """Hosts whose clock stands still."""
    return Play(Lab({"users": list(users), **seed}, clock=Clock(NOON, 0)))


def onprem(on: Play, **args: Any) -> Result:
    return on.run("sfb01", "teams_upgrade_policy", {**ALICE, **args})


@pytest.mark.parametrize(
    ("minutes", "delay", "outcome", "attempts"),
    [(28, 60, "changed", 3), (5, 60, "failed", 4), (40, 60, "changed", 1)],
)
def test_r22_a_licence_that_does_not_count_yet_is_waited_for(
    minutes: int, delay: int, outcome: str, attempts: int
) -> None:
    on = play(seeded("alice", licensed_at=NOON - timedelta(minutes=minutes)))
    done = on.run("sfb01", "csuser_move", {**MOVE, "retry_delay": delay, "return_users": "all"})
    assert statuses(done) == {"alice": outcome}
    assert codes(done) == ({"alice": "not_licensed"} if outcome == "failed" else {})
    assert len(on.lab.journal.entries("Move-CsUser")) == attempts


def test_r29_a_user_of_another_domain_needs_a_domain_controller_which_is_passed_on() -> None:
    on = play(seeded("alice", domain="sub.contoso.com"))
    without = on.run("sfb01", "csuser_move", MOVE)
    assert codes(without) == {"alice": "other_domain"}
    assert "domain_controller" in without["users"][0]["reason"]["remedy"]
    done = on.run("sfb01", "csuser_move", {**MOVE, "domain_controller": "dc1.sub.contoso.com"})
    assert statuses(done) == {"alice": "changed"}
    assert on.lab.journal.entries("Move-CsUser")[-1].parameters["DomainController"] == "dc1.sub.contoso.com"


@pytest.mark.parametrize("args", [{"notify": True}, {"policy": "Tell", "notify": True}])
def test_r44_a_notified_user_keeps_the_mode_that_the_cloud_has(args: Mapping[str, Any]) -> None:
    on = play(seeded("alice", policy="SfBWithTeamsCollab"), topology=TELL)
    cloud = world(on.lab)["users"][0]["online"]
    assert statuses(onprem(on, **args)) == {"alice": "changed"}
    assert {entry.host for entry in writes(on.lab)} == {"sfb01"}
    assert world(on.lab)["users"][0]["online"] == cloud


@pytest.mark.parametrize(
    ("server", "offered"), [("2013", False), ("2015 CU7", False), ("2015 CU8", True), ("SE", True)]
)
def test_r45_a_server_that_cannot_notify_says_so_and_nothing_is_sent(server: str, offered: bool) -> None:
    on = play(seeded("alice"), hosts={"sfb01": {"skype": server, "teams": "6.6.0"}})
    made = on.run("sfb01", "teams_upgrade_policy_instance", {"identity": "Tell", "notify": True})
    granted = onprem(on, policy="Tell", notify=True)
    assert bool(writes(on.lab)) is offered
    for answer in () if offered else (made, granted):
        assert answer["failed"]
        assert "sfb01 does not offer Get-CsTeamsUpgradePolicy." in answer["msg"]


def test_r54_a_change_for_the_tenant_says_that_it_converts_nobodys_meetings() -> None:
    on = play(seeded("alice", meetings={"skype": 2}))
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "SfBWithTeamsCollabAndMeetings"})
    assert done["changed"]
    assert any("meeting_migration" in warning for warning in done["warnings"])
    assert on.lab.journal.entries("Start-CsExMeetingMigration") == []


@pytest.mark.parametrize("lyncdiscover", ["onprem", "cloud", "none"])
def test_r60_check_mode_never_makes_the_tenant_grant_to_see_what_comes(lyncdiscover: str) -> None:
    domains = [{"name": "contoso.com", "lyncdiscover": lyncdiscover}]
    on = play(seeded("alice", homing="online"), tenant={"domains": domains})
    predicted = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "TeamsOnly"}, check=True)
    on.run("teams01", "upgrade_readiness_info", {}, check=True)
    on.run("teams01", "upgrade_readiness_info", {})
    # Predicted, and not handed to the connection, which would have refused it.
    assert (predicted["failed"], predicted["tenant"]["status"]) == (False, "changed")
    assert predicted["tenant"]["actions"] == ["Grant-CsTeamsUpgradePolicy"]
    assert writes(on.lab) == []


def test_r59_a_refusal_behind_a_claim_of_success_fails_the_task() -> None:
    on = play(seeded("alice", homing="online"))
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "TeamsOnly"})
    assert (done["failed"], done["changed"]) == (True, False)
    assert done["tenant"]["reason"]["code"] == "tenant_refused"
    assert "lyncdiscover.contoso.com" in done["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_r64_a_move_back_says_what_does_not_come_back(check: bool) -> None:
    on = play(seeded("alice", homing="online"))
    back = on.run("sfb01", "csuser_move", {**MOVE, "target": "pool01.contoso.com"}, check=check)
    said = " ".join(back["warnings"])
    assert back["changed"]
    assert all(what in said for what in ("contacts", "meetings", "tenant default"))


def test_r64_a_move_that_moves_nobody_back_says_nothing_of_it() -> None:
    on = play(seeded("alice"))
    assert on.run("sfb01", "csuser_move", {**MOVE, "target": "pool01.contoso.com"})["warnings"] == []
    assert on.run("sfb01", "csuser_move", {**MOVE, "target": CLOUD})["warnings"] == []


def test_r63_a_pool_that_is_not_there_stops_the_move_before_anything_is_sent() -> None:
    on = play(seeded("alice", homing="online"))
    back = on.run("sfb01", "csuser_move", {**MOVE, "target": "pool09.contoso.com"})
    assert (back["failed"], back["reason"]["code"], writes(on.lab)) == (True, "pool_missing", [])


def test_r39_a_refusal_that_everybody_would_meet_is_met_once() -> None:
    users = [seeded(f"user{number}") for number in range(5)]
    on = play(*users, tenant={"shared_sip_address_space": False})
    done = on.run("sfb01", "csuser_move", {**MOVE, "users": [user["sip"] for user in users]})
    assert done["reason"]["code"] == "shared_sip_address_space"
    assert len(sent(writes(on.lab))) == 1
    assert sorted(statuses(done).values()) == ["failed", "skipped", "skipped", "skipped", "skipped"]


@pytest.mark.parametrize("hidden", [{"override": True}, {"read_only": True}, {}])
@pytest.mark.parametrize("check", [True, False])
def test_r9_r11_a_tenant_whose_mode_may_be_fixed_is_not_changed(hidden: Mapping[str, Any], check: bool) -> None:
    on = play(seeded("alice"), tenant=hidden)
    on.open("teams01")
    on.lab.faults.order(OrderedFault("Get-CsTenant", "The service is temporarily unavailable.", times=None))
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "SfBOnly"}, check=check)
    assert (done["failed"], done["changed"], done["tenant"]["status"]) == (True, False, "unknown")
    assert done["tenant"]["reason"]["code"] == "tenant_unknown"
    assert writes(on.lab) == []


def test_r9_a_tenant_that_is_as_desired_needs_no_more_to_be_read() -> None:
    on = play(seeded("alice"))
    on.open("teams01")
    on.lab.faults.order(OrderedFault("Get-CsTenant", "The service is temporarily unavailable.", times=None))
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "Islands"})
    assert (done["failed"], done["tenant"]["status"]) == (False, "ok")


@pytest.mark.parametrize("times", [2, None])
@pytest.mark.parametrize("homing", ["onprem", "online"])
def test_r57_a_tenant_whose_onprem_users_cannot_be_counted_is_not_made_teams_only(
    times: int | None, homing: str
) -> None:
    on = play(seeded("alice", homing=homing), tenant={"domains": [{"name": "contoso.com", "lyncdiscover": "cloud"}]})
    on.open("teams01")
    on.lab.faults.order(OrderedFault("Get-CsOnlineUser", "Something that nobody has heard of.", times=times))
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "TeamsOnly"})
    assert (done["failed"], writes(on.lab)) == (True, [])
    assert done["tenant"]["reason"]["code"] == "onprem_users_unknown"


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("user", "options", "code"),
    [
        ({}, {}, "onprem_users_exist"),
        ({"homing": "online"}, {"onprem_users": 1}, "onprem_users_exist"),
        # The cloud does not know everybody: only the other side can tell.
        ({"synced": False}, {"onprem_users": 1}, "onprem_users_exist"),
        ({"homing": "online"}, {"onprem_users": 0}, None),
        ({"homing": "online"}, {}, None),
    ],
)
def test_r57_a_user_homed_onprem_keeps_the_tenant_from_teams_only(
    user: Mapping[str, Any], options: Mapping[str, Any], code: str | None, check: bool
) -> None:
    on = play(seeded("alice", **user), tenant={"domains": [{"name": "contoso.com", "lyncdiscover": "cloud"}]})
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "TeamsOnly", **options}, check=check)
    assert (done["failed"], done["tenant"].get("reason", {}).get("code")) == (code is not None, code)
    assert len(writes(on.lab)) == (code is None and not check)
    asked = [warning for warning in done["warnings"] if warning.startswith("Only the cloud was asked")]
    assert len(asked) == (code is None and not options)


@pytest.mark.parametrize("check", [True, False])
def test_r61_a_tenant_default_is_not_changed_while_its_users_are_not_known(check: bool) -> None:
    on = play(seeded("alice"))
    on.open("teams01")
    on.lab.faults.order(OrderedFault("Get-CsOnlineUser", "Something that nobody has heard of.", times=None))
    done = on.run("teams01", "teams_upgrade_policy", {**TENANT, "mode": "SfBOnly"}, check=check)
    assert (done["failed"], done["reason"]["code"], writes(on.lab)) == (True, "inheriting_unknown", [])


@pytest.mark.parametrize("enabled", [True, False])
def test_r53_a_conversion_is_answered_with_a_warning_that_the_tenant_makes_none(enabled: bool) -> None:
    on = play(seeded("alice", homing="online", meetings={"skype": 1}), tenant={"meeting_migration": enabled})
    done = on.run("teams01", "meeting_migration", ALICE)
    said = [warning for warning in done["warnings"] if "MeetingMigrationEnabled is false" in warning]
    assert (len(said), len(writes(on.lab))) == ((0, 1) if enabled else (1, 0))


@pytest.mark.parametrize("enabled", [True, False])
def test_r11_r53_nothing_is_requested_while_the_tenants_switch_is_unknown(enabled: bool) -> None:
    on = play(seeded("alice", homing="online", meetings={"skype": 1}), tenant={"meeting_migration": enabled})
    on.open("teams01")
    on.lab.faults.order(
        OrderedFault("Get-CsTenantMigrationConfiguration", "Something that nobody has heard of.", times=None)
    )
    done = on.run("teams01", "meeting_migration", ALICE)
    assert (statuses(done), codes(done)) == ({"alice": "unknown"}, {"alice": "configuration_unknown"})
    assert writes(on.lab) == []


@pytest.mark.parametrize("server", ["2015 CU8", "2019 CU8"])
@pytest.mark.parametrize("target", [None, "pool01.contoso.com"])
def test_r11_r13_nobody_is_moved_by_a_server_whose_build_cannot_be_read(server: str, target: str | None) -> None:
    homing = "onprem" if target is None else "online"
    on = play(seeded("alice", homing=homing), hosts={"sfb01": {"skype": server, "teams": "6.6.0"}})
    on.open("sfb01")
    on.lab.faults.order(OrderedFault("Get-CsServerPatchVersion", "The RPC server is unavailable.", times=None))
    done = on.run("sfb01", "csuser_move", {**MOVE, "target": target})
    assert (done["failed"], done["reason"]["code"]) == (True, "server_unknown")
    assert "The RPC server is unavailable." in done["msg"]
    assert writes(on.lab) == []
