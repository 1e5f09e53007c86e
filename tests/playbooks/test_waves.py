# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The daily job on simulated hosts, over the real protocol. The hosts' journal is the witness."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.stage import NOTIFICATION_DAY, UPGRADE_DAY, Night, SetStage, Stage, plan, wave

SESSIONS = 4  # what the connection opens on each host unless told otherwise
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


def by_user(writes: list[Any]) -> dict[str, list[str]]:
    """The cmdlets that wrote, by the user whom they touched, by the hosts' journal."""
    found: dict[str, list[str]] = {}
    for entry in writes:
        for user in entry.users:
            found.setdefault(user.removeprefix("sip:"), []).append(entry.cmdlet)
    return found


def done_once(on: Stage, now: str, pilot: dict[str, Any], *before: Night) -> dict[str, list[str]]:
    """Do what is due, and do it again; return what was done by user. `before`: what was foreseen of it."""
    done = on.night(now, pilot)
    assert done.run.returncode == 0, done.verdict
    assert by_user(done.writes) == done.actions()
    again = on.night(now, pilot)
    assert (again.run.returncode, again.run.changed, again.writes, again.actions()) == (0, 0, [], {})
    for night in (*before, done, again):
        assert {name: night.outcomes()[name] for name in UNREADY} == {
            name: ("skipped", code) for name, code in UNREADY.items()
        }
    return done.actions()


def test_a_wave_is_notified_and_upgraded_as_foreseen_and_only_once(stage: SetStage) -> None:
    pilot = plan(wave("pilot", EVERYBODY), wave("later", ["alice2@contoso.com"], upgrade_on="2027-06-07"))
    with stage(SEED_2020) as on:
        notified = done_once(on, NOTIFICATION_DAY, pilot)
        assert notified == {name: ["Grant-CsTeamsUpgradePolicy"] for name in [*READY, *CLOUD]}
        foreseen = on.night(UPGRADE_DAY, pilot, check=True)
        assert (foreseen.run.returncode, foreseen.writes) == (0, []), foreseen.verdict
        assert "Check mode: nothing was written to any host." in foreseen.page
        upgraded = done_once(on, UPGRADE_DAY, pilot, foreseen)
        assert foreseen.actions() == upgraded
        assert upgraded == {
            **{name: ["Move-CsUser"] for name in READY},
            **{name: ["Grant-CsTeamsUpgradePolicy"] for name in CLOUD},
        }


def test_r35_users_not_shown_yet_are_pending_and_a_later_run_goes_on_with_them(
    stage: SetStage,
) -> None:
    users = [f"user{number:03}@contoso.com" for number in range(40)]
    seed = {"users": [{"sip": user} for user in users]}
    with stage(seed) as on:
        on.lab.clock.rate = 0
        first = on.night(UPGRADE_DAY, plan(wave("pilot", users)), teams_upgrade_sync_timeout=0)
        assert (first.run.returncode, set(first.outcomes().values())) == (0, {("pending", "sync_pending")})
        assert by_user(first.writes) == {user: ["Move-CsUser"] for user in users}
        shells = Counter(shell.host for shell in on.lab.journal.shells())
        assert shells == {"sfb01": SESSIONS, "teams01": SESSIONS}
        assert sum(entry.cmdlet == "Connect-MicrosoftTeams" for entry in first.calls) == SESSIONS
        foreseen = on.night(UPGRADE_DAY, plan(wave("pilot", users)), check=True)
        second = on.night(UPGRADE_DAY, plan(wave("pilot", users)), teams_upgrade_sync_timeout=0)
        assert (second.run.changed, second.writes) == (0, [])
        assert second.outcomes() == foreseen.outcomes() == first.outcomes()
        on.lab.clock.set(on.lab.clock.now().replace(hour=23))
        third = on.night(UPGRADE_DAY, plan(wave("pilot", users)))
        assert (third.run.returncode, third.run.changed, third.writes) == (0, 0, [])
        assert set(third.outcomes().values()) == {("ok", "")}


def test_names_reach_the_hosts_as_they_were_written_and_nothing_else_does(stage: SetStage, short_folder: Path) -> None:
    odd = [
        "$(Remove-Item)@contoso.com",
        "a;b@contoso.com",
        "o'neil@contoso.com",
        'a"b@contoso.com',
        "\u0430lice@contoso.com",
        "{{70707+1}}@contoso.com",
        "a&b@contoso.com",
    ]
    (short_folder / "odd.txt").write_text("\n".join(odd), encoding="utf-8")
    pilot = {"name": "pilot", "upgrade_on": "2026-12-07", "users_file": "odd.txt"}
    with stage({"users": [{"sip": "alice@contoso.com"}]}) as on:
        night = on.night(UPGRADE_DAY, plan(pilot))
    assert night.writes == []
    assert night.outcomes() == dict.fromkeys(odd, ("skipped", "user_not_found"))
    sent = str([entry.parameters for entry in night.calls])
    assert "70708" not in sent
    assert "{{70707+1}}@contoso.com" in sent
    assert "a&b@contoso.com" not in night.page
    assert "a&amp;b@contoso.com" in night.page


@pytest.mark.oldest
def test_r41_a_user_who_fails_keeps_nobody_else_back(stage: SetStage) -> None:
    users = ["alice@contoso.com", "boss@contoso.com", "carol@contoso.com"]
    seed = {"users": [{"sip": user, "protected": user.startswith("boss")} for user in users]}
    with stage(seed) as on:
        night = on.night(UPGRADE_DAY, plan(wave("pilot", users)))
    assert night.run.returncode == 2
    assert night.outcomes()["boss@contoso.com"] == ("failed", "protected_account")
    assert night.actions() == {user: ["Move-CsUser"] for user in users if not user.startswith("boss")}
    assert "1 of 3 users failed" in night.verdict


def test_r39_a_fault_of_the_organisation_stops_the_wave_and_those_after_it(stage: SetStage) -> None:
    users = [f"user{number:02}@contoso.com" for number in range(20)]
    # Nothing that readiness could have read tells of this one.
    edge = {"federating_pools": ["edge01", "edge02"]}
    seed = {"topology": {"edge": edge}, "users": [{"sip": user} for user in users]}
    pilot = plan(wave("pilot", users[:15]), wave("rest", users[15:]), failure_budget_percentage=90)
    with stage(seed) as on:
        night = on.night(UPGRADE_DAY, pilot)
    assert night.run.returncode == 2
    assert "multiple federated Edge pools" in night.verdict
    assert "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody." in night.verdict
    assert len(night.writes) < 15
    assert by_user(night.writes) == {}
    assert set(night.users) == set(users[:15])


def test_a_wave_by_filter_and_a_closed_window(stage: SetStage) -> None:
    seed = {
        "users": [
            {"sip": "alice@contoso.com", "pool": "pool01.contoso.com"},
            {"sip": "boss@contoso.com", "pool": "pool01.contoso.com"},
            {"sip": "bob@contoso.com", "pool": "pool02.contoso.com"},
        ]
    }
    by_pool = {
        "name": "paris",
        "upgrade_on": "2026-12-07",
        "filter": {"registrar_pool": "pool01.contoso.com"},
        "exclude": ["boss@contoso.com"],
    }
    morning = {"from": "08:00", "to": "12:00"}
    with stage(seed) as on:
        night = on.night(UPGRADE_DAY, plan(by_pool, wave("late", ["bob@contoso.com"], window=morning)))
    assert night.actions() == {"alice@contoso.com": ["Move-CsUser"]}
    assert night.run.returncode == 0
    assert night.outcomes()["bob@contoso.com"] == ("skipped", "window_closed")
    assert night.verdict.startswith("Wave 'late' waits for its window")
