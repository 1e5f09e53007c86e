# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rehearsal is given, as files and surveys write it; and what is refused before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.action import wave_rehearsal
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import rehearsal_inputs as inputs

from tests.unit.ledger.builders import ALICE, begin, move
from tests.unit.wave.plans import plan, wave
from tests.unit.wave.test_actions import act

PLAN = plan(wave())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an export."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "onprem.csv").write_text("SipAddress\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "found", "expected"),
    [
        ({"directory": "plans"}, {}, "plans"),
        ({}, {"ansible_inventory_sources": ["inv/hosts.yml"]}, "inv"),
        ({}, {"ansible_inventory_sources": ["inv"]}, "inv"),
        ({}, {"ansible_inventory_sources": ["/etc/ansible/hosts"]}, ""),
        ({}, {"ansible_inventory_sources": ["host1,"]}, ""),
        ({}, {}, ""),
    ],
)
def test_relative_paths_start_at_a_folder(
    here: Path, args: Mapping[str, Any], found: Mapping[str, Any], expected: str
) -> None:
    (here / "inv").mkdir()
    (here / "inv" / "hosts.yml").touch()
    assert inputs.directory_of(args, found) == here / expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"teams_version": "6.6.0"}, {"teams_version": "6.6.0"}),
        ("teams_version: 6.6.0\nmeetings_per_user: 2", {"teams_version": "6.6.0", "meetings_per_user": 2}),
        ("", {}),
        (None, {}),
    ],
)
def test_settings_are_a_mapping_or_its_text(value: object, expected: Mapping[str, Any]) -> None:
    assert inputs.settings_of(value) == expected


@pytest.mark.parametrize(
    ("value", "said"), [("a: [", "no YAML"), (["a"], "Write a mapping"), ("text", "Write a mapping"), (3, "Write a")]
)
def test_settings_of_another_kind_are_refused(value: object, said: str) -> None:
    with pytest.raises(AnsibleActionFail, match=said):
        inputs.settings_of(value)


def test_only_variables_that_are_set_go_to_the_daily_job() -> None:
    given = {
        "accepted_reasons": [],
        "most_users": "",
        "notify_policy": "Banner",
        "without_telephony": "true",
        "plan": PLAN,
    }
    assert inputs.variables_of(given) == {
        "teams_upgrade_notify_policy": "Banner",
        "teams_upgrade_without_telephony": "true",
    }


def test_the_duration_is_for_four_sessions_on_one_host_of_each_side() -> None:
    plain = inputs.duration_of({}, {})
    assert plain == {"sessions": 4, "skype_hosts": 1, "teams_hosts": 1, "measured": {}, "note": ""}
    assert inputs.duration_of({"sessions": "8", "skype_hosts": 2}, {})["sessions"] == 8


def test_the_duration_takes_the_times_of_the_ledger(here: Path) -> None:
    url = f"sqlite:///{here}/teams-upgrade-ledger.db"
    with open_ledger(url) as ledger:
        run = begin(ledger)
        for seconds in (10.0, 20.0, None):
            event = ledger.event_sent(run, move(ALICE))
            ledger.event_completed(event, Status.CHANGED, seconds=seconds)
    for args in ({"ledger": url}, {}):
        assert inputs.duration_of(args, {})["measured"] == {"Move-CsUser": (2, 15.0)}


def test_a_ledger_that_is_named_and_not_there_is_noted(here: Path) -> None:
    found = inputs.duration_of({"ledger": f"sqlite:///{here}/none.db"}, {})
    assert found["measured"] == {}
    assert found["note"].startswith("The duration is calculated without the ledger. ")
    assert not (here / "none.db").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({}, "Nothing was rehearsed: teams_upgrade_plan is not set"),
        ({"plan": {"waves": []}}, "the plan is not sound"),
        ({"plan": PLAN, "waves": "other"}, "there is no wave 'other'"),
        (
            {"plan": PLAN, "online": "online.csv"},
            "there is no file .*online.csv. Correct teams_upgrade_rehearsal_online",
        ),
        ({"plan": PLAN, "onprem": ["onprem.csv"]}, "Write the path of a file"),
        ({"plan": PLAN, "sessions": "none"}, "teams_upgrade_rehearsal_sessions is 'none'"),
        ({"plan": PLAN, "accepted_reasons": "not_licenced"}, "Did you mean not_licensed"),
        ({"plan": PLAN, "now": "tomorrow"}, "which is no time"),
        ({"plan": PLAN, "name": "a/b"}, "write a file name"),
        # No folder can be made below a file.
        ({"plan": PLAN, "folder": "onprem.csv/reports"}, "reports cannot be written to onprem.csv/reports"),
    ],
)
def test_what_is_not_sound_is_refused_before_anything_starts(
    args: Mapping[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wave_rehearsal, "rehearse", lambda _job: pytest.fail("a rehearsal was started"))
    found = {"inventory_hostname": "localhost", "hostvars": {}, "groups": {}}
    with pytest.raises(AnsibleActionFail, match=said):
        act(wave_rehearsal.ActionModule, args, found)


def test_no_folder_is_made_but_the_one_that_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave_rehearsal, "rehearse", lambda _job: [{"fault": "Enough."}])
    args = {"plan": PLAN, "onprem": "onprem.csv", "folder": "reports"}
    with pytest.raises(AnsibleActionFail, match="Enough"):
        act(wave_rehearsal.ActionModule, args, {"hostvars": {}, "groups": {}})
    assert [each.name for each in here.iterdir() if each.is_dir()] == ["reports"]


def test_a_plan_of_a_survey_has_dates_as_texts(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Mapping[str, Any]] = []

    def said(job: Mapping[str, Any]) -> list[dict[str, str]]:
        jobs.append(job)
        return [{"fault": "Enough."}]

    monkeypatch.setattr(wave_rehearsal, "rehearse", said)
    dated = plan(wave(upgrade_on=datetime(2026, 12, 7, tzinfo=UTC).date()))
    with pytest.raises(AnsibleActionFail, match="Enough"):
        act(wave_rehearsal.ActionModule, {"plan": dated, "onprem": "onprem.csv"}, {"hostvars": {}, "groups": {}})
    (job,) = jobs
    assert (job["onprem"], job["online"]) == (str(here / "onprem.csv"), "")
    assert not Path(job["folder"]).exists()
