# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of every kind for tests, of any size, with users of every status and with names that mean something elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Report = dict[str, Any]
# What is markup, a template, a formula, the end of an element, or turns the text around it.
ODD = (
    "<img src=x onerror=alert(1)>@contoso.com",
    "=cmd|' /C calc'!A0@contoso.com",
    "{{ 7 * 7 }}@contoso.com",
    "</script><script>alert(2)</script>@contoso.com",
    "\u202egro.osotnoc@ecila",
    '"quo\'ted"@contoso.com',
    "\u0645\u062d\u0645\u062f@contoso.com",
)
MESSAGES = {
    "move_failed": ("The server refused the move of {user}.", "Read the move report, mend the cause and run again."),
    "read_failed": ("{user} could not be read: the host gave no answer.", "Run again."),
    "not_licensed": ("{user} has no Teams licence.", "Assign a licence that contains Teams."),
    "phone_system_missing": ("{user} has Enterprise Voice and no Phone System.", "Assign Phone System, or take the line away."),
    "mailbox_onprem": ("The mailbox of {user} is on-prem.", "Move the mailbox to Exchange Online first."),
    "notice_not_over": ("{user} was notified on 2026-12-01, and is upgraded from 2026-12-08 on.", "Nothing is to be done."),
    "sync_pending": ("{user} was moved, and the cloud does not show it yet.", "Run again later."),
}  # fmt: skip
CASES: Sequence[tuple[str, str]] = (
    *(("changed", ""),) * 5,
    *(("ok", ""),) * 6,
    ("failed", "move_failed"),
    ("unknown", "read_failed"),
    *(("skipped", "not_licensed"),) * 2,
    ("skipped", "phone_system_missing"),
    ("skipped", "mailbox_onprem"),
    *(("pending", "notice_not_over"),) * 2,
    ("pending", "sync_pending"),
)
WAVES = ("pilot", "paris", "berlin", "lyon", "rest")


def reason_of(code: str, user: str) -> dict[str, str] | None:
    """The reason of a user; None where there is none."""
    if not code:
        return None
    message, remedy = MESSAGES[code]
    return {"code": code, "message": message.format(user=user), "remedy": remedy}


def name_of(number: int) -> str:
    """The name of a user; the first ones are odd."""
    return ODD[number] if number < len(ODD) else f"user{number:06}@contoso.com"


def steps_of(status: str, reason: dict[str, str] | None) -> list[Report]:
    """The steps of a user, the last of which has the status."""
    none = {"code": "", "message": "", "remedy": ""}
    names = ["readiness"] if status == "skipped" else ["readiness", "move", "sync", "grant"]
    statuses = [*("ok" for _name in names[1:]), status]
    actions = {"move": ["Move-CsUser"], "grant": ["Grant-CsTeamsUpgradePolicy"]}
    return [
        {"step": name, "status": each, "actions": actions.get(name, []) if each == "changed" else []}
        | (reason if reason and each == status else none)
        for name, each in zip(names, statuses, strict=True)
    ]


def users_of_waves(many: int) -> list[Report]:
    """Users of waves with every status."""
    found = []
    for number in range(many):
        user, (status, code) = name_of(number), CASES[number % len(CASES)]
        reason = reason_of(code, user)
        line: Report = {"user": user, "wave": WAVES[number * len(WAVES) // many], "status": status, "reason": reason}
        line |= {"changed": status == "changed", "steps": steps_of(status, reason), "warnings": []}
        if number % 9 == 0:
            message = f"{user} has 3 devices that Teams does not know."
            line["warnings"] = [{"code": "devices", "message": message, "remedy": "Exchange the devices."}]
        found.append(line)
    return found


def reasons_of(users: Sequence[Mapping[str, Any]]) -> list[Report]:
    """The users of a report grouped by status and code."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for user in users:
        if user["reason"]:
            groups.setdefault((user["status"], user["reason"]["code"]), []).append(user)
    return [
        {
            "outcome": status,
            **group[0]["reason"],
            "count": len(group),
            "alike": True,
            "users": [each["user"] for each in group[:12]],
        }
        for (status, _code), group in sorted(groups.items(), key=lambda entry: -len(entry[1]))
    ]


def counts_of(users: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many users have each status."""
    return {"total": len(users)} | Counter(user["status"] for user in users)


def _wave(name: str, number: int, users: Sequence[Mapping[str, Any]]) -> Report:
    day = date(2026, 12, 7) + timedelta(weeks=number)
    counts = {"ok": 0, "changed": 0, "skipped": 0, "pending": 0, "unknown": 0, "failed": 0} | counts_of(users)
    failed, left = counts["failed"] + counts["unknown"], counts["skipped"]
    return {
        "name": name,
        "due": ("upgrade", "upgrade", "notify", "notify", "nothing")[number],
        "mode": "TeamsOnly",
        "upgrade_on": day.isoformat(),
        "notify_on": (day - timedelta(days=7)).isoformat(),
        "window": "mon, tue 19:00 to 23:00 (Europe/Paris)" if number else "",
        "filter": {},
        "held": "",
        "waits": False,
        "counts": counts,
        "faults": [],
        "warnings": [],
        "progress": {
            "planned": counts["pending"] if number < 4 else len(users) - failed - left,
            "notified": counts["ok"] if 1 < number < 4 else 0,
            "upgraded": counts["changed"] + (counts["ok"] if number < 2 else 0) if number < 4 else 0,
            "left_out": left,
            "failed": failed,
        },
    }


def history_of(days: int, many: int) -> list[Report]:
    """A campaign over so many days."""
    first = date(2026, 12, 1)
    return [
        {
            "date": (first + timedelta(days=day)).isoformat(),
            "notified": min(many, many * (day + 1) // days),
            "upgraded": max(0, many * (day - 6) // days),
            "failed": many * day // days // 12,
            "rolled_back": many // 200 if day > days // 2 else 0,
        }
        for day in range(days)
    ]


def report_of_waves(many: int = 60, **more: Any) -> Report:
    """A report on waves with users of every status."""
    users = users_of_waves(many)
    waves = [_wave(name, number, [user for user in users if user["wave"] == name]) for number, name in enumerate(WAVES)]
    next_reasons = [{"code": "not_licensed", "count": 3, "message": "x has no licence.", "remedy": "Assign one."}]
    known = {
        "kind": "waves",
        "written": "2026-12-14T20:00:00+01:00",
        "now": "2026-12-14T19:00:00+01:00",
        "check_mode": False,
        "verdict": f"Wave 'pilot': {many // 20} of {many} users failed or could not be read (move).",
        "failed": True,
        "notes": ["2 users of the filter of wave 'lyon' are members of wave 'paris', and stay there."],
        "counts": counts_of(users),
        "users": users,
        "waves": waves,
        "reasons": reasons_of(users),
        "warnings": [
            {
                "code": "devices",
                "message": "user000000 has 3 devices that Teams does not know.",
                "remedy": "Exchange the devices.",
                "count": sum(bool(user["warnings"]) for user in users),
                "users": [user["user"] for user in users if user["warnings"]][:12],
            }
        ],
        "history": history_of(14, many),
        "next": {
            "wave": "berlin",
            "due": "notify",
            "on": "2026-12-21",
            "read_from": "2026-12-14",
            "users": many // 5,
            "ready": many // 5 - 3,
            "reasons": next_reasons,
        },
        "changes": None,
    }
    return known | {key: [] for key in ("days", "duration", "assumptions")} | more


def report_on_drift(many: int = 40) -> Report:
    """A report on drift."""
    statuses = ("in_state", "in_state", "drifted", "pending", "inconsistent", "unknown", "not_due", "in_state")
    users: list[Report] = []
    for number in range(many):
        user, status = name_of(number), statuses[number % len(statuses)]
        text = {"code": f"is_{status}", "message": f"{user} is {status}.", "remedy": "Look at both sides."}
        expected = {"homing": "online", "mode": "TeamsOnly", "pool": None, "plans": ["TEAMS1", "MCOSTANDARD"]}
        found = expected | ({"mode": "Islands"} if status == "drifted" else {})
        reason = None if status in ("in_state", "not_due") else text
        line = {"user": user, "wave": WAVES[number % 2], "status": status, "reason": reason}
        since = "2026-12-12T02:00:00+01:00" if status == "drifted" else None
        users.append(line | {"expected": expected, "found": found, "since": since})
    new = [{"user": ODD[0], "status": "drifted", "before": "in_state"}, {"user": "a@x.com", "status": "drifted"}]
    return {
        "kind": "drift",
        "written": "2026-12-14T02:10:00+01:00",
        "now": "2026-12-14T02:00:00+01:00",
        "check_mode": False,
        "verdict": f"{many // 8} of {many} users have drifted.",
        "failed": True,
        "counts": counts_of(users),
        "users": users,
        "waves": [],
        "reasons": reasons_of(users),
        "changes": {"since": "2026-12-13", "new": new, "gone": [{"user": "b@x.com", "status": "in_state"}]},
    }


def report_on_rollback(many: int = 20) -> Report:
    """A preview of a rollback."""
    users = users_of_waves(many)
    for user in users:
        user["returns"] = ["Pool pool01.contoso.com.", "Mode Islands."]
        user["lost"] = ["Contacts that were added since the move.", "Meetings that were converted."]
    found = report_of_waves(many, kind="rollback", check_mode=True, failed=False, history=[], next=None)
    return found | {"users": users, "waves": [], "verdict": f"{many} users would be rolled back.", "warnings": []}


def report_on_a_rehearsal(many: int = 20) -> Report:
    """A report on a rehearsal, in which users have a day."""
    users = [{**user, "on": "2026-12-07", "outcome": user["status"]} for user in users_of_waves(many)]
    found = report_of_waves(many, kind="rehearsal", history=[], next=None)
    counts = found["counts"]
    step = {"wave": WAVES[0], "due": "upgrade", "counts": counts, "held": ""}
    held = {"wave": WAVES[1], "due": "notify", "counts": counts, "held": "Nobody was started."}
    day = {"date": "2026-12-07", "at": "2026-12-07T19:00:00+01:00", "waves": [WAVES[0]], "counts": counts}
    day |= {"steps": [step, held], "verdict": "3 changed.", "drift": {"counts": {"total": 3}, "verdict": "3 in state."}}
    quiet = day | {"date": "2026-12-08", "steps": [], "drift": None, "verdict": "Nothing was due."}
    took = {"wave": WAVES[0], "hours": 5.2, "sessions": 4, "from": "documented", "hours_low": 2.0, "hours_high": 21.0}
    took |= {"users": many, "window_hours": 4.0, "users_per_window": 9, "fits": False}
    warned = took | {"warning": f"Wave {WAVES[0]} does not fit its window."}
    fits = took | {"from": "ledger", "window_hours": None, "users_per_window": None, "fits": None, "warning": ""}
    of_days = {"days": [day, quiet], "duration": [warned, fits], "assumptions": [f"{ODD[0]} has 2 meetings."]}
    return found | {"users": users, "verdict": "The rehearsal found 3 users who are not ready."} | of_days


KINDS = {
    "waves": report_of_waves,
    "drift": report_on_drift,
    "rollback": report_on_rollback,
    "rehearsal": report_on_a_rehearsal,
}
