# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table on the console for reports of each kind, and the charts of the page as numbers."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.console import LINES, LINES_OF_FAILURE, table
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rows import WIDTH
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.charts import bars, burn_up
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.words import STATUSES

from tests.unit.report.samples import KINDS, report_of_waves, report_on_drift


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [20, 2000])
def test_every_kind_has_a_table_of_one_screen(kind: str, many: int) -> None:
    report = KINDS[kind](many)
    shown = table(report)
    waves, verdict = len(report["waves"]), 2
    assert len(shown) <= LINES + LINES_OF_FAILURE + waves + verdict
    assert max(map(len, shown)) <= WIDTH
    # Of a large run those who failed are always named, the others as far as there are lines.
    for reason in report["reasons"]:
        if many == 20 or reason["outcome"] in ("failed", "unknown", "drifted"):
            assert reason["code"] in " ".join(" ".join(shown).split())


def test_drift_is_shown_by_status_and_reason() -> None:
    shown = table(report_on_drift(8) | {"failed": False})
    assert shown[0] == "   3 as planned"
    assert [line for line in shown if "drifted, is_drifted: {{ 7 * 7 }}@contoso.com is drifted." in line]
    assert shown[-1] == "1 of 8 users have drifted."


def test_a_table_needs_no_more_than_counts_and_a_verdict() -> None:
    report = {"check_mode": False, "failed": False, "verdict": "Done.", "counts": {"total": 3, "drifted": 1, "ok": 2}}
    assert table(report) == ["   2 done", "   1 drifted", "Done."]


def test_bars_are_parts_of_a_hundred() -> None:
    progress = {"planned": 1, "notified": 0, "upgraded": 2, "left_out": 0, "failed": 1}
    (wave,) = bars([{"name": "pilot", "progress": progress}, {"name": "empty", "progress": None}, {"name": "drift"}])
    assert wave.parts == [("upgraded", 0.0, 50.0, 2), ("planned", 50.0, 25.0, 1), ("failed", 75.0, 25.0, 1)]
    assert (wave.name, wave.total) == ("pilot", 4)


def test_lines_hold_their_height_until_they_grow() -> None:
    days = [("2026-12-01", 0), ("2026-12-02", 2), ("2026-12-05", 4)]
    chart = burn_up([{"date": day, "notified": 4, "upgraded": count, "failed": 0} for day, count in days])
    assert chart is not None
    assert (chart.top, chart.first, chart.last, list(chart.lines)) == (
        4,
        "2026-12-01",
        "2026-12-05",
        ["notified", "upgraded"],
    )
    assert chart.lines["upgraded"] == "0.00,100.00 25.00,100.00 25.00,50.00 100.00,50.00 100.00,0.00"
    assert burn_up([]) is None
    assert burn_up(report_of_waves(20)["history"][:1]) is None


def test_every_status_has_a_word_and_a_sign_in_the_page() -> None:
    assert {user["status"] for make in KINDS.values() for user in make()["users"]} == set(STATUSES)
