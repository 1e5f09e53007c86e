# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nights of waves do to users and in which order, by the hosts' journal."""

from __future__ import annotations

from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service

from tests.lab.waves.night import OpenWaves, Waves
from tests.lab.wire import OverTheWire
from tests.playbooks.stage import NOTIFICATION_DAY, UPGRADE_DAY, Outcome, plan, wave

READY = [f"{name}@contoso.com" for name in ("alice", "siobhan.o'brien", "bob")]
CLOUD = ["carol@contoso.com", "dora@contoso.com"]
UNREADY = {
    "nolicence@contoso.com": "not_licensed",
    "nosync@contoso.com": "not_synced",
    "phone@contoso.com": "phone_system_missing",
    "room@contoso.com": "not_a_user",
}
SEED_2020: dict[str, Any] = {
    "profile": "2020",
    "users": [
        *({"sip": address, "meetings": {"skype": 2}} for address in READY),
        {"sip": "carol@contoso.com", "homing": "online", "policy": "Islands"},
        {"sip": "dora@contoso.com", "homing": "online", "policy": "SfBWithTeamsCollab", "meetings": {"skype": 1}},
        {"sip": "nolicence@contoso.com", "licences": ["Teams"]},
        {"sip": "nosync@contoso.com", "synced": False},
        {"sip": "phone@contoso.com", "voice": True, "line": "tel:+33155550101"},
        {"sip": "room@contoso.com", "kind": "meeting_room"},
    ],
}
EVERYBODY = [*READY, *CLOUD, *UNREADY]


def done_once(on: Waves, now: str, pilot: dict[str, Any], *before: Outcome) -> dict[str, list[str]]:
    """Do what is due, and do it again; return what was done by user. `before`: what check mode has predicted."""
    done = on.night(now, pilot)
    assert not done.report["failed"], done.verdict
    assert done.written() == done.actions()
    again = on.night(now, pilot)
    assert (again.report["failed"], again.writes, again.actions()) == (False, [], {})
    for night in (*before, done, again):
        assert {name: night.outcomes()[name] for name in UNREADY} == {
            name: ("skipped", code) for name, code in UNREADY.items()
        }
    return done.actions()


def test_a_wave_is_notified_and_upgraded_as_predicted_and_only_once(hosts: OpenWaves) -> None:
    later = wave("later", ["alice2@contoso.com"], upgrade_on="2027-06-07")
    pilot = plan(wave("pilot", EVERYBODY, notice="enforce"), later)
    with hosts(SEED_2020) as on:
        notified = done_once(on, NOTIFICATION_DAY, pilot)
        assert notified == {name: ["Grant-CsTeamsUpgradePolicy"] for name in [*READY, *CLOUD]}
        predicted = on.night(UPGRADE_DAY, pilot, check=True)
        assert (predicted.report["failed"], predicted.writes) == (False, []), predicted.verdict
        upgraded = done_once(on, UPGRADE_DAY, pilot, predicted)
        assert predicted.actions() == upgraded
        assert upgraded == {
            **{name: ["Move-CsUser"] for name in READY},
            **{name: ["Grant-CsTeamsUpgradePolicy"] for name in CLOUD},
        }


def test_the_report_shows_how_far_waves_are_by_day_and_who_is_ready_next(hosts: OpenWaves) -> None:
    later = wave("later", ["alice2@contoso.com"], upgrade_on="2027-06-07")
    pilot = plan(wave("pilot", EVERYBODY, notice="enforce"), later)
    ready, others = len(READY) + len(CLOUD), len(UNREADY)
    with hosts(SEED_2020) as on:
        first = on.night(NOTIFICATION_DAY, pilot).report
        predicted = on.night(UPGRADE_DAY, pilot, check=True).report
        second = on.night(UPGRADE_DAY, pilot).report
    nobody = {"planned": 0, "notified": 0, "upgraded": 0, "left_out": 0, "failed": 0}
    told = nobody | {"notified": ready, "left_out": others}
    assert [each["progress"] for each in first["waves"]] == [told, nobody | {"planned": 1}]
    # Check mode changes nothing, and says what is so.
    assert predicted["waves"][0]["progress"] == told
    assert second["waves"][0]["progress"] == nobody | {"upgraded": ready, "left_out": others}
    assert [(each["date"], each["notified"], each["upgraded"]) for each in second["history"]] == [
        ("2026-11-30", ready, 0),
        ("2026-12-07", ready, ready),
    ]
    assert (first["next"]["wave"], first["next"]["users"], first["next"]["ready"]) == ("pilot", ready + others, ready)
    assert {each["code"] for each in first["next"]["reasons"]} == set(UNREADY.values())
    assert (second["next"]["wave"], second["next"]["ready"]) == ("later", None)


def test_r35_a_later_run_goes_on_with_users_that_the_cloud_did_not_show(hosts: OpenWaves) -> None:
    users = [f"user{number:03}@contoso.com" for number in range(40)]
    pilot = plan(wave("pilot", users))
    with hosts({"users": [{"sip": user} for user in users]}) as on:
        first = on.night(UPGRADE_DAY, pilot, sync_timeout=0)
        assert (first.report["failed"], set(first.outcomes().values())) == (False, {("pending", "sync_pending")})
        predicted = on.night(UPGRADE_DAY, pilot, check=True)
        second = on.night(UPGRADE_DAY, pilot, sync_timeout=0)
        assert (predicted.writes, second.writes, second.actions()) == ([], [], {})
        assert second.outcomes() == predicted.outcomes() == first.outcomes()
        on.lab.clock.set(on.lab.clock.now().replace(hour=23))
        third = on.night(UPGRADE_DAY, pilot)
        assert (third.report["failed"], third.writes) == (False, [])
        assert set(third.outcomes().values()) == {("ok", "")}


def test_r39_a_fault_of_the_organisation_stops_the_wave_and_those_after_it(hosts: OpenWaves) -> None:
    users = [f"user{number:02}@contoso.com" for number in range(20)]
    # Nothing that readiness could have read shows this one.
    edge = {"federating_pools": ["edge01", "edge02"]}
    seed = {"topology": {"edge": edge}, "users": [{"sip": user} for user in users]}
    pilot = plan(wave("pilot", users[:15]), wave("rest", users[15:]), failure_budget_percentage=90)
    with hosts(seed) as on:
        night = on.night(UPGRADE_DAY, pilot)
    assert night.report["failed"]
    assert "multiple federated Edge pools" in night.verdict
    assert "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody." in night.verdict
    assert len(night.writes) < 15
    assert night.written() == {}
    assert set(night.users) == set(users[:15])


def test_one_failure_budget_lasts_for_all_steps_of_a_wave(hosts: OpenWaves) -> None:
    """10 % of 20 users are two, and two fail to be moved. The first who cannot be granted the mode is one too many."""
    movers = [f"mover{number}@contoso.com" for number in range(10)]
    online = [f"online{number}@contoso.com" for number in range(10)]
    users = [{"sip": user, "protected": user in movers[:2]} for user in movers]
    cloud = [{"sip": user, "homing": "online", "policy": "Islands"} for user in online]
    with hosts({"profile": "2020", "users": [*users, *cloud]}, sessions=4) as on:
        for user in online:
            on.lab.faults.order(OrderedFault("Grant-CsTeamsUpgradePolicy", seconds=0.5, user=user, times=None))
            on.lab.faults.order(
                OrderedFault("Grant-CsTeamsUpgradePolicy", f"{user} is in a bad state.", user=user, times=None)
            )
        night = on.night(UPGRADE_DAY, plan(wave("pilot", [*movers, *online]), failure_budget_percentage=10))
    assert night.report["failed"]
    failed = {user for user, (outcome, _code) in night.outcomes().items() if outcome == "failed"}
    assert {*movers[:2]} < failed
    assert len(failed) == 3, failed
    assert sum(entry.cmdlet == "Grant-CsTeamsUpgradePolicy" for entry in night.calls) == 1
    assert sum(code == "not_started" for _outcome, code in night.outcomes().values()) >= 8
    assert not [entry for entry in night.writes if entry.cmdlet == "Start-CsExMeetingMigration"]


def test_a_closed_window_is_reported_and_a_failure_where_that_is_asked_for(hosts: OpenWaves) -> None:
    users = ["alice@contoso.com", "nolicence@contoso.com", "done@contoso.com"]
    seeded = [{"sip": users[0]}, {"sip": users[1], "licences": ["Teams"]}, {"sip": users[2], "homing": "online"}]
    window = {"from": "08:00", "to": "12:00", "timezone": "Europe/Paris"}
    pilot = plan(wave("pilot", users, window=window))
    with hosts({"users": seeded}) as on:
        closed, failing = (on.night(UPGRADE_DAY, pilot, fail_when_closed=failing) for failing in (False, True))
    assert (closed.report["failed"], failing.report["failed"]) == (False, True)
    for night in (closed, failing):
        assert night.writes == []
        assert night.outcomes() == {
            users[0]: ("skipped", "window_closed"),
            users[1]: ("skipped", "not_licensed"),
            users[2]: ("ok", ""),
        }
    assert failing.verdict.startswith("Wave 'pilot' waits for its window")
    assert failing.verdict.endswith("its upgrade is due since 2026-12-07.")


def test_a_host_that_does_not_answer_fails_the_wave_and_the_next_does_not_start(hosts: OpenWaves) -> None:
    waves = plan(wave("pilot", ["alice@contoso.com"]), wave("rest", ["bob@contoso.com"]))
    with hosts({"users": []}, port=9) as on:
        night = on.night(UPGRADE_DAY, waves)
    assert (night.report["failed"], night.calls) == (True, [])
    assert night.verdict.startswith("Wave 'pilot', readiness: ")
    assert "cannot be reached: the connection was refused" in night.verdict
    assert "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody." in night.verdict


class Swapped(OverTheWire):
    """Each host in the place of the other, as where the groups of the inventory are swapped."""

    def new(self, host: str) -> Service:
        return super().new({"sfb01": "teams01", "teams01": "sfb01"}[host])


def test_swapped_groups_fail_at_once_and_are_named(hosts: OpenWaves) -> None:
    with hosts({"users": [{"sip": "alice@contoso.com"}]}) as on, Swapped(on.lab) as on.job.play:
        night = on.night(UPGRADE_DAY, plan(wave("pilot", ["alice@contoso.com"])))
    assert night.report["failed"]
    assert "teams01 is not a Skype for Business Server host" in night.verdict
    assert "look whether the hosts of skype_servers and teams_hosts are swapped" in night.verdict
    assert (night.writes, night.outcomes()) == ([], {"alice@contoso.com": ("unknown", "step_failed")})
    # Neither side's users were read.
    assert not {"Get-CsUser", "Get-CsOnlineUser"} & {call.cmdlet for call in night.calls}
