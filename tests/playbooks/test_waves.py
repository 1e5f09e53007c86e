# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The daily job as an administrator runs it, on simulated hosts. The hosts' journal is the witness.

What the steps decide is tried without Ansible in `tests/lab/waves`; here is what only the playbook can show.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Controller
from tests.engines import NewLab
from tests.lab.restricted.endpoints import JEA
from tests.playbooks.stage import UPGRADE_DAY, Night, SetStage, plan, set_stage, wave

SESSIONS = 4  # what the connection opens on each host unless its options say otherwise
ODD = "Something odd happened on the server that nobody has seen before, and that takes a sentence of two lines to say."
LINES = 60  # fewer than that are shown of a wave of twelve users
READY = [f"user{number:02}@contoso.com" for number in range(6)]
CLOUD = ["carol@contoso.com", "dora@contoso.com"]
UNREADY = {
    "nolicence@contoso.com": "not_licensed",
    "nosync@contoso.com": "not_synced",
    "phone@contoso.com": "phone_system_missing",
    "room@contoso.com": "not_a_user",
}
USERS: list[dict[str, Any]] = [
    *({"sip": address, "meetings": {"skype": 2}} for address in READY),
    {"sip": "carol@contoso.com", "homing": "online", "policy": "Islands"},
    {"sip": "dora@contoso.com", "homing": "online", "policy": "SfBWithTeamsCollab", "meetings": {"skype": 1}},
    {"sip": "nolicence@contoso.com", "licences": ["Teams"]},
    {"sip": "nosync@contoso.com", "synced": False},
    {"sip": "phone@contoso.com", "voice": True, "line": "tel:+33155550101"},
    {"sip": "room@contoso.com", "kind": "meeting_room"},
]
PILOT = plan(wave("pilot", [*READY, *CLOUD, *UNREADY]))
UPGRADED = {
    **{name: ["Move-CsUser"] for name in READY},
    **{name: ["Grant-CsTeamsUpgradePolicy"] for name in CLOUD},
}


def shown(night: Night) -> list[str]:
    """The lines that the administrator saw."""
    return night.run.output.splitlines()


def test_a_wave_of_a_survey_is_upgraded_over_few_sessions_and_few_lines(stage: SetStage) -> None:
    waves = plan(*PILOT["waves"], wave("paris", ["bob@contoso.com"]))
    with stage({"profile": "2020", "users": [*USERS, {"sip": "bob@contoso.com"}]}) as on:
        night = on.night(UPGRADE_DAY, waves, teams_upgrade_waves="pilot", teams_upgrade_meetings_wait="false")
        shells = Counter(shell.host for shell in on.lab.journal.shells())
    assert night.run.returncode == 0, night.verdict
    assert night.written() == night.actions() == UPGRADED
    assert {name: night.outcomes()[name] for name in UNREADY} == {
        name: ("skipped", code) for name, code in UNREADY.items()
    }
    assert shells == {"sfb01": SESSIONS, "teams01": SESSIONS}
    assert sum(entry.cmdlet == "Connect-MicrosoftTeams" for entry in night.calls) == SESSIONS
    assert len(shown(night)) < LINES
    assert "   1 left out, not_licensed: nolicence@contoso.com" in night.run.output
    assert set(night.users) == {*READY, *CLOUD, *UNREADY}
    result = night.run.one(task="Write the report").result
    stats = result["ansible_stats"]["data"]["teams_upgrade_result"]
    assert (stats["verdict"], stats["failed"], stats["counts"]["total"]) == (night.verdict, False, len(night.users))
    assert stats["report"].endswith("report.html")


def test_check_mode_predicts_the_upgrade_through_sessions_that_may_only_read(
    new_lab: NewLab, short_folder: Path
) -> None:
    with set_stage(partial(new_lab, restricted=JEA), short_folder, {"profile": "2020", "users": USERS}) as on:
        inventory = on.lab.inventory()
        for group, side in (("skype_servers", "Onprem"), ("teams_hosts", "Online")):
            configuration = {
                "ansible_psrp_configuration_name": f"TeamsUpgrade{side}Read",
                "ansible_runspace_sessions": 1,
            }
            inventory["all"]["children"][group]["vars"] = configuration
        on.controller = Controller(short_folder / "reading", inventory)
        night = on.night(UPGRADE_DAY, PILOT, check=True)
    assert (night.run.returncode, night.writes) == (0, []), night.verdict
    assert night.actions() == UPGRADED
    assert "Check mode: nothing was written to any host." in night.page


# Every day on the oldest supported ansible-core alone.
@pytest.mark.repeats
@pytest.mark.oldest
def test_r41_users_who_fail_keep_nobody_else_back_and_are_shown_by_reason(stage: SetStage) -> None:
    """Twelve users with eight reasons, of which four are failures."""
    boss, dial, mail = (f"{name}@contoso.com" for name in ("boss", "dial", "mail"))
    more: list[dict[str, Any]] = [
        {"sip": boss, "protected": True},
        {"sip": dial, "dial_in": True},
        {"sip": mail, "mailbox": "onprem"},
        {"sip": "exchange@contoso.com", "contacts_in": "exchange"},
    ]
    users = [*USERS[:4], *more, *USERS[8:]]
    with stage({"users": users}) as on:
        on.lab.faults.order(OrderedFault("Move-CsUser", ODD, user=READY[0], times=None))
        night = on.night(
            UPGRADE_DAY,
            plan(wave("pilot", [user["sip"] for user in users])),
            teams_upgrade_accepted_reasons=["audio_conferencing_missing"],
        )
    assert night.run.returncode == 2
    codes = {name: code for name, (outcome, code) in night.outcomes().items() if outcome == "failed"}
    # Accepted, and refused by the server all the same.
    assert dial in codes
    assert {name: codes[name] for name in (boss, mail, READY[0])} == {
        boss: "protected_account",
        mail: "migration_failed",
        READY[0]: "fault",
    }
    assert night.actions() == {user: ["Move-CsUser"] for user in [*READY[1:4], mail]}
    assert "4 of 12 users failed" in night.verdict
    assert "The mailbox of mail@contoso.com is on-prem" in night.page
    assert len(shown(night)) < LINES
    for code in (*codes.values(), *UNREADY.values(), "unified_contact_store"):
        assert code in night.run.output


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


@pytest.mark.repeats
def test_a_wave_by_filter_finds_its_members_first(stage: SetStage) -> None:
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
        "notice": "ignore",
        "exclude": ["boss@contoso.com"],
    }
    with stage(seed) as on:
        night = on.night(UPGRADE_DAY, plan(by_pool))
    assert night.actions() == {"alice@contoso.com": ["Move-CsUser"]}
    assert (night.run.returncode, set(night.users)) == (0, {"alice@contoso.com"})
