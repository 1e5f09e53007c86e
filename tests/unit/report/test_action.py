# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action that writes the report on a run, with the numbers of the whole migration or without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.utils.display import Display
from ansible_collections.sfb.teams_upgrade.plugins.action import wave_report
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import state_file

from tests.unit.report.test_schema import problems
from tests.unit.wave.plans import plan, wave
from tests.unit.wave.test_actions import act, begin


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is shown and warned of, in a run that has begun."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    found: list[str] = []
    monkeypatch.setattr(Display, "display", lambda _self, text, *_args, **_more: found.append(text))
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_more: found.append(f"WARNING {text}"))
    later = wave(name="later", users=["bob@contoso.com"], upgrade_on="2027-12-07")
    begin(tmp_path, plan(wave(), later))
    run = state_file.load()
    for state in run.waves.values():
        state.to_come = ()  # All steps are over.
    state_file.save(run)
    found.clear()
    return found


def written(folder: Path) -> dict[str, Any]:
    """The report that the action writes."""
    answer = act(wave_report.ActionModule, {"folder": str(folder / "reports"), "name": "night"}, {})
    assert answer["report"] == str(folder / "reports" / "night.html")
    report: dict[str, Any] = json.loads((folder / "reports" / "night.json").read_text(encoding="utf-8"))
    assert problems(report) == []
    return report


def test_the_report_has_the_numbers_of_the_migration_and_its_place_is_shown(said: list[str], tmp_path: Path) -> None:
    report = written(tmp_path)
    assert [each["progress"]["planned"] for each in report["waves"]] == [1, 1]
    assert (report["next"]["wave"], report["next"]["read_from"]) == ("later", "2027-11-30")
    assert said[-1] == f"Report: {tmp_path / 'reports' / 'night.html'}"
    assert (tmp_path / "reports" / "latest.csv").readlink() == Path("night.csv")


def test_a_ledger_that_cannot_be_read_leaves_the_report_without_its_numbers(said: list[str], tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("nothing of the kind" * 100, encoding="utf-8")
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    report = written(tmp_path)
    assert ([each["progress"] for each in report["waves"]], report["history"], report["next"]) == (
        [None, None],
        [],
        None,
    )
    assert any(text.startswith("WARNING The report does not show the progress of the migration.") for text in said)
