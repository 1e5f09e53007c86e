# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema of the JSON that programs read: reports of each kind keep it, and what is not of that shape does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.document import EMPTY, Campaign, document
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.progress import next_wave, progress_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.files import write_report
from jsonschema import Draft202012Validator

from tests.controller import ROOT
from tests.unit.report.samples import KINDS, Report, report_of_waves
from tests.unit.wave.runs import EVENINGS, A, B, C, item, record, run, wave
from tests.unit.wave.stepping import of, ready
from tests.unit.wave.test_readiness import skype, teams

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def problems(report: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(report)]


def test_the_schema_itself_is_sound_and_asks_for_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["required"] == list(SCHEMA["properties"]) == list(EMPTY)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_of_each_kind_keeps_the_schema(kind: str, tmp_path: Path) -> None:
    page = write_report(KINDS[kind](), tmp_path, kind)
    written = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert problems(written) == []
    assert written["kind"] == kind


def test_a_run_with_everything_keeps_the_schema(tmp_path: Path) -> None:
    later = wave("later", [B], upgrade_on=wave().upgrade_on.replace(year=2027))
    state = run(wave(users=[A, C], window=EVENINGS), later, notes=("A note.",))
    ready(state, [of(A, skype())], [of(A, teams())])
    state.wave("pilot").record(record("move", [A, C], item(A, "failed", "fault"), item(C, "changed")))
    state.wave("pilot").record(record("grant", [A], warnings=["The service says something."]))
    progress = {name: progress_of(state, each, {B: UserPhase.MOVED}) for name, each in state.waves.items()}
    campaign = Campaign(progress, report_of_waves(20)["history"], next_wave(state))
    found = document(
        summarise(state), written="2026-12-07T20:00:00+01:00", now=state.now.isoformat(), campaign=campaign
    )
    page = write_report(found, tmp_path, "run")
    assert problems(json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))) == []
    assert found["waves"][1]["progress"] == {"planned": 0, "notified": 1, "upgraded": 0, "left_out": 0, "failed": 0}
    assert found["next"]["wave"] == "later"


def changed(report: Report, path: str, value: object) -> Report:
    """The report with another value at a path of keys and indices."""
    *keys, last = path.split(".")
    place: Any = report
    for key in keys:
        place = place[int(key) if key.isdigit() else key]
    place[int(last) if last.isdigit() else last] = value
    return report


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kind", "night"),
        ("now", "tomorrow"),
        ("failed", "no"),
        ("counts.lost", 1),
        ("users.0.status", "done"),
        ("users.0.reason", "code"),
        ("users.0.steps.0.actions", "Move-CsUser"),
        ("waves.0.progress.upgraded", -1),
        ("waves.0.progress.done", 1),
        ("history.0.date", "7 December"),
        ("reasons.0.count", 0),
        ("next.ready", "all"),
        ("changes", []),
    ],
)
def test_what_is_not_of_the_shape_is_found(path: str, value: object) -> None:
    make: Callable[[int], Report] = report_of_waves
    assert problems(make(20)) == []
    assert problems(changed(make(20), path, value))


@pytest.mark.parametrize("key", EMPTY)
def test_a_key_that_is_missing_is_found(key: str) -> None:
    report = report_of_waves(20)
    del report[key]
    assert problems(report)
