# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as a page for people: one file, from which no request leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ...module_utils._wave.console import BAD
from ...module_utils._wave.document import whole
from ...module_utils._wave.rollback_report import lines
from .charts import bars, burn_up
from .spreadsheet import columns_of, rows_of, visible
from .words import STATUSES, TITLES, status_words

Report = Mapping[str, Any]
FOLDER = Path(__file__).with_name("assets")
# More make the file slow to open; those who need attention come first, and all are in the CSV file.
LISTED = 10_000
# Of the users of a reason; the table has the others.
NAMED = 100
LABELS = {
    "user": "User",
    "wave": "Wave",
    "status": "Outcome",
    "code": "Reason",
    "why": "Why, and what to do",
    "on": "On",
    "since": "Since",
    "expected": "Expected",
    "found": "Found",
    "returns": "What comes back",
    "lost": "What does not",
    "steps": "Step by step",
    "warnings": "Worth knowing",
}
RANK = {status: index for index, status in enumerate(STATUSES)}
# The columns of the file that are one in the page.
PARTS = {"message": "why", "remedy": "why"}


def render(report: Report, *, data: str = "") -> str:
    """Return the page. What hosts and users files say stays text: it is escaped, and never taken for a template.

    `data` is the name of the CSV file beside the page.
    """
    report = whole(report)
    # What has no meaning for a kind of report is left out of it, and shown nowhere.
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FileSystemLoader(FOLDER),
        finalize=_shown,
    )
    environment.filters["moment"] = partial(_moment, zone=_zone(report["now"]))
    words = status_words(report["kind"], check_mode=report["check_mode"])
    return environment.get_template("report.html.j2").render(
        report=report,
        title=TITLES.get(report["kind"], TITLES["waves"]),
        words=words,
        order=_order(report),
        bars=bars(report["waves"]),
        burn_up=burn_up(report["history"]),
        reasons=_with_users(report),
        listed=min(LISTED, len(report["users"])),
        data=data,
        wrong=any(report["counts"].get(status) for status in BAD),
        returned=lines(report) if report["kind"] == "rollback" else [],
        unread=[wave["name"] for wave in report["waves"] if not any((wave.get("progress") or {}).values())],
        table=_table(report, words, data),
        style=Markup((FOLDER / "report.css").read_text(encoding="utf-8")),
        script=Markup((FOLDER / "report.js").read_text(encoding="utf-8")),
    )


def _order(report: Report) -> list[str]:
    """Return the statuses that occur: of users, or of the days of a rehearsal."""
    days = [step["counts"] for day in report["days"] for step in day["steps"]]
    return [status for status in STATUSES if any(counts.get(status) for counts in (report["counts"], *days))]


def _zone(now: str) -> tzinfo | None:
    return datetime.fromisoformat(now).tzinfo if now else None


def _moment(text: str, zone: tzinfo | None) -> str:
    """Return a moment for people, by the clock of the run."""
    if not text:
        return text
    moment = datetime.fromisoformat(text)
    there = moment.astimezone(zone) if zone and moment.tzinfo else moment
    return f"{there:%Y-%m-%d %H:%M %:z}".rstrip()


def _shown(value: object) -> object:
    """Return a value as the page shows it. What is markup already came through here."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _with_users(report: Report) -> list[Report]:
    """Return the reasons, failures first, with their users: all of an outcome and code where that is one reason, else those it names."""
    groups: dict[tuple[str, str], list[str]] = {}
    for user in report["users"]:
        code = (user.get("reason") or {}).get("code")
        if code:
            groups.setdefault((user["status"], code), []).append(user["user"])
    shown = []
    for reason in report["reasons"]:
        users = groups.get((reason["outcome"], reason["code"]), [])
        users = users if len(users) == reason["count"] else reason.get("users", [])
        named = users[:NAMED]
        shown.append({**reason, "users": named, "more": max(0, reason["count"] - len(named))})
    return sorted(shown, key=lambda reason: RANK.get(reason["outcome"], 0))


def _table(report: Report, words: Mapping[str, str], data: str) -> Markup:
    """Return what the script needs, as JSON in which nothing ends the element around it."""
    columns = columns_of(report)
    users = sorted(report["users"], key=lambda user: RANK.get(user["status"], 0))[:LISTED]
    known = {
        "columns": columns,
        "shown": _shown_columns(columns),
        "words": {status: words.get(status, status) for status in dict.fromkeys(user["status"] for user in users)},
        "rows": list(rows_of(report, columns, users)),
        "total": len(report["users"]),
        "file": f"{data.removesuffix('.csv') or 'report'}-filtered.csv",
    }
    text = json.dumps(known, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _shown_columns(columns: Sequence[str]) -> list[Report]:
    """Return the columns of the page in their order: name, label, and the columns of the file that each shows."""
    groups: dict[str, list[int]] = {}
    for index, column in enumerate(columns):
        side = column.partition("_")[0]
        groups.setdefault(PARTS.get(column, side if side in LABELS else column), []).append(index)
    return [{"name": name, "label": label, "of": groups[name]} for name, label in LABELS.items() if name in groups]
