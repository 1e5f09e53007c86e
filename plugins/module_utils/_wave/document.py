# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The written report: one shape for waves, readiness, drift, rollback and rehearsal, described by `report.schema.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Shown = dict[str, Any]
# What a run of any kind leaves for notifications and for the next job of an AWX workflow, where it becomes an extra variable.
STATS = "teams_upgrade_result"
# What every kind has. What has no meaning for a kind stays empty.
EMPTY: Mapping[str, Any] = {
    "kind": "waves",
    "written": "",
    "now": "",
    "check_mode": False,
    "verdict": "",
    "failed": False,
    "notes": [],
    "counts": {"total": 0},
    "users": [],
    "waves": [],
    "reasons": [],
    "warnings": [],
    "history": [],
    "next": None,
    "changes": None,
    "days": [],
    "duration": [],
    "assumptions": [],
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """What the report says beyond its own run: progress by wave, the days since the first run, and the next wave."""

    progress: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    history: Sequence[Mapping[str, object]] = ()
    next: Mapping[str, object] | None = None


def whole(report: Mapping[str, Any]) -> Shown:
    """Return a report with every key of the shape."""
    return {**EMPTY, **report}


def artifact(report: Mapping[str, Any], page: str, webhook: str) -> Shown:
    """Return what a job of AWX leaves of a report of any kind, for notifications and the next job. `webhook`: whether it was handed on."""
    kept = {key: report[key] for key in ("kind", "verdict", "failed", "counts", "check_mode", "reasons")}
    return kept | {"report": page, "webhook": webhook}


def document(summary: Mapping[str, Any], *, written: str, now: str, campaign: Campaign | None = None) -> Shown:
    """Return the summary of a run of waves as it is written: one list of users, each with the wave, and the waves without them."""
    campaign = campaign or Campaign()
    waves = [
        {key: value for key, value in wave.items() if key != "users"}
        | {"progress": campaign.progress.get(wave["name"])}
        for wave in summary["waves"]
    ]
    users = summary.get("users") or [user_of(wave["name"], user) for wave in summary["waves"] for user in wave["users"]]
    known = {"written": written, "now": now, "history": list(campaign.history), "next": campaign.next}
    return whole({**summary, **known, "waves": waves, "users": users})


def user_of(wave: str, user: Mapping[str, Any]) -> Shown:
    """Return a user of a run's summary as the report lists them."""
    reason = {key: user[key] for key in ("code", "message", "remedy")} if user["code"] or user["message"] else None
    shown = {"user": user["user"], "wave": wave, "status": user["outcome"], "reason": reason}
    return shown | {key: user[key] for key in ("changed", "steps", "warnings")}
