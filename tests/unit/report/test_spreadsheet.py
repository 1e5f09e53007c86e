# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report for spreadsheets, and the same rows in the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.document import whole
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import page
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.files import write_report
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.page import render
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.spreadsheet import BOM, as_csv, visible

from tests.unit.report.samples import KINDS, ODD, Report, report_of_waves, report_on_drift, report_on_rollback

COMMON = ["user", "wave", "status", "code", "message", "remedy"]


def rows(report: Report) -> list[Mapping[str, str]]:
    text = "".join(as_csv(whole(report)))
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("waves", ["steps", "warnings"]),
        ("rollback", ["steps", "returns", "lost", "warnings"]),
        ("rehearsal", ["on", "steps", "warnings"]),
        (
            "drift",
            [
                "since",
                *(f"{side}_{key}" for side in ("expected", "found") for key in ("homing", "mode", "pool", "plans")),
            ],
        ),
    ],
)
def test_each_kind_has_a_row_for_each_user_and_the_columns_that_mean_something(kind: str, columns: list[str]) -> None:
    report = KINDS[kind]()
    found = rows(report)
    assert list(found[0]) == COMMON + columns
    assert [row["status"] for row in found] == [user["status"] for user in report["users"]]


def test_a_report_without_users_has_its_head(tmp_path: Path) -> None:
    write_report({"kind": "drift", "verdict": "Nobody."}, tmp_path, "empty")
    assert (tmp_path / "empty.csv").read_text(encoding="utf-8") == f"{BOM}{','.join(COMMON)}\n"
    assert "No users." in (tmp_path / "empty.html").read_text(encoding="utf-8")


def test_formulas_and_characters_for_directions_have_no_effect_in_a_cell() -> None:
    names = [row["user"] for row in rows(report_of_waves(20))]
    assert names[: len(ODD)] == [f"'{name}" if name.startswith("=") else visible(name) for name in ODD]
    assert names[4] == "<U+202E>gro.osotnoc@ecila"


def test_what_was_expected_and_found_and_what_comes_back_are_texts() -> None:
    row = rows(report_on_drift())[2]
    assert (row["expected_mode"], row["found_mode"]) == ("TeamsOnly", "Islands")
    assert (row["expected_plans"], row["expected_pool"]) == ("TEAMS1, MCOSTANDARD", "")
    assert rows(report_on_rollback())[0]["returns"] == "Pool pool01.contoso.com.; Mode Islands."


def test_steps_are_in_words() -> None:
    changed = {"step": "move", "status": "changed", "actions": ["Move-CsUser"]}
    user: Report = {"user": "a@x.com", "wave": "pilot", "status": "changed", "reason": None}
    user |= {"steps": [{"step": "readiness", "status": "ok", "actions": []}, changed]}
    assert rows({"users": [user]})[0]["steps"] == "readiness: ready; move: changed (Move-CsUser)"
    predicted = rows({"users": [user], "check_mode": True})
    assert predicted[0]["steps"] == "readiness: ready; move: would change (Move-CsUser)"


@pytest.mark.parametrize("character", "\u202e\u200f\u2066\u061c\u0000\u001b\u0085\ufeff")
def test_a_character_that_acts_on_what_shows_it_is_named(character: str) -> None:
    assert visible(f"a{character}b\tc\nd") == f"a<U+{ord(character):04X}>b\tc\nd"


def test_a_page_lists_those_first_who_need_attention_and_says_where_the_others_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page, "LISTED", 10)
    shown = render(report_of_waves(60), data="night 1.csv")
    assert "This page lists 10 of 60 users, those first who need attention." in shown
    assert '<a href="night%201.csv">night 1.csv</a>' in shown
    data = shown.partition('<script type="application/json" id="data">')[2].partition("</script>")[0]
    # Three of each, and the word for it twice.
    assert (data.count('"failed"'), data.count('"unknown"'), data.count('"changed"')) == (5, 5, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_host_said_is_markup(kind: str) -> None:
    shown = render(KINDS[kind]())
    assert "<img" not in shown
    assert shown.count("</script>") == 2
    assert "{{ 7 * 7 }}@contoso.com" in shown
    assert "\u202e" not in shown
