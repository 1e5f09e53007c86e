# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The days of a rehearsal become one report: how each user ends, on which day, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calendar import Calendar
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.durations import Pace
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import Plan, read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rehearsal import Diary
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rehearsal_table import days_and_duration
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.rehearsing import filters_assumed

from tests.unit.wave.plans import no_files

A = "a@contoso.com"
MOVED = [{"step": "move", "status": "changed", "actions": ["Move-CsUser"]}]
NIGHT = {"counts": {"total": 1, "drifted": 1, "inconsistent": 0, "unknown": 0}, "verdict": "1 user: 1 drifted."}
Reported = tuple[str, str, str, bool]  # the day, the status, the code, and whether something was changed


def plan() -> Plan:
    window = {"from": "19:00", "to": "23:00", "timezone": "Europe/Paris"}
    planned = {"name": "pilot", "upgrade_on": "2026-12-07", "users": [A, "b@contoso.com"], "window": window}
    return read_plan({"waves": [planned]}, no_files)


def user(status: str, code: str = "", *, changed: bool = False, name: str = A) -> dict[str, Any]:
    reason = {"code": code, "message": f"{name} has {code}.", "remedy": "Mend it."} if code else None
    steps = MOVED if changed else []
    return {"user": name, "wave": "pilot", "status": status, "reason": reason, "changed": changed, "steps": steps}


def job(due: str, users: Sequence[Mapping[str, Any]], held: str = "") -> dict[str, Any]:
    counts: dict[str, int] = {"total": len(users)}
    for each in users:
        counts[each["status"]] = counts.get(each["status"], 0) + 1
    shown = {"name": "pilot", "due": due, "counts": counts, "held": held, "upgrade_on": "2026-12-07"}
    return {"users": users, "waves": [shown], "counts": counts, "verdict": "Done.", "failed": False}


def written(*reported: Reported) -> Diary:
    diary = Diary(plan(), ["Everybody has one meeting."], Pace(1, measured={"Move-CsUser": (9, 36.0)}))
    for day, status, code, changed in reported:
        now = datetime.fromisoformat(f"{day}T19:00:00+01:00")
        due = "upgrade" if day >= "2026-12-07" else "notify"
        diary.add(now, ["pilot"], job(due, [user(status, code, changed=changed)]))
    return diary


NOTIFIED: Reported = ("2026-11-30", "changed", "", True)


@pytest.mark.parametrize(
    ("reported", "outcome", "on"),
    [
        ([NOTIFIED], "changed", "2026-11-30"),
        ([NOTIFIED, ("2026-12-07", "changed", "", True)], "changed", "2026-12-07"),
        ([NOTIFIED, ("2026-12-07", "pending", "sync", True), ("2026-12-08", "ok", "", False)], "changed", "2026-12-07"),
        (
            [NOTIFIED, ("2026-12-07", "pending", "x", True), ("2026-12-08", "changed", "", True)],
            "changed",
            "2026-12-08",
        ),
        ([NOTIFIED, ("2026-12-07", "ok", "", False)], "ok", "2026-12-07"),
        (
            [NOTIFIED, ("2026-12-07", "skipped", "x", False), ("2026-12-08", "skipped", "x", False)],
            "skipped",
            "2026-12-07",
        ),
        (
            [NOTIFIED, ("2026-12-07", "failed", "x", False), ("2026-12-08", "failed", "y", False)],
            "failed",
            "2026-12-08",
        ),
        ([("2026-12-07", "changed", "", True), ("2026-12-08", "failed", "x", False)], "failed", "2026-12-08"),
        ([("2026-12-07", "pending", "x", False), ("2026-12-08", "failed", "x", False)], "failed", "2026-12-08"),
    ],
)
def test_a_user_ends_as_the_last_job_says_on_the_day_it_began(reported: list[Reported], outcome: str, on: str) -> None:
    (found,) = written(*reported).report()["users"]
    assert (found["outcome"], found["status"], found["on"]) == (outcome, outcome, on)


def test_the_report_has_what_the_days_came_to() -> None:
    diary = Diary(plan(), ["Everybody has one meeting."], Pace(1, measured={"Move-CsUser": (9, 36.0)}))
    now = datetime(2026, 12, 7, 18, tzinfo=UTC)
    users = [user("changed", changed=True), user("skipped", "not_licensed", name="b@contoso.com")]
    diary.add(now, ["pilot"], job("upgrade", users))
    diary.add_drift(NIGHT)
    report = diary.report()
    assert report["counts"] == {
        "total": 2,
        "ok": 0,
        "changed": 1,
        "skipped": 1,
        "pending": 0,
        "unknown": 0,
        "failed": 0,
    }
    assert report["verdict"] == (
        "2 users in 1 job: 1 would be upgraded by 7 December 2026, 1 would be left out. The last look for drift would find 1 user "
        "otherwise than planned."
    )
    assert [(each["code"], each["outcome"], each["users"]) for each in report["reasons"]] == [
        ("not_licensed", "skipped", ["b@contoso.com"])
    ]
    assert [each["user"] for each in report["users"]] == ["b@contoso.com", A]
    (day,) = report["days"]
    assert (day["date"], day["waves"], day["drift"]) == ("2026-12-07", ["pilot"], NIGHT)
    (took,) = report["duration"]
    assert (took["hours"], took["from"], took["users"]) == (0.01, "ledger", 1)
    assert report["waves"][0]["counts"] == report["counts"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("ok", "0 would be upgraded by 7 December 2026, 1 was upgraded before."),
        ("failed", "0 would be upgraded by 7 December 2026, 1 would fail."),
        ("unknown", "0 would be upgraded by 7 December 2026, 1 would not be read."),
        ("pending", "0 would be upgraded by 7 December 2026, 1 would still be pending."),
    ],
)
def test_the_verdict_says_how_many_end_how(status: str, said: str) -> None:
    assert written(("2026-12-07", status, "x", False)).report()["verdict"] == f"1 user in 1 job: {said}"


def test_a_report_says_what_it_is_and_counts_all_users_of_a_wave() -> None:
    diary = Diary(plan())
    warned = {"code": "mailbox_onprem", "message": "The mailbox is on-prem.", "remedy": "Move it."}
    users = [user("changed", changed=True), user("ok", name="b@contoso.com") | {"warnings": [warned]}]
    other = user("ok", name="c@contoso.com") | {"warnings": [warned]}
    diary.add(datetime(2026, 12, 7, 18, tzinfo=UTC), ["pilot"], job("upgrade", [*users, other]))
    diary.notes, diary.history = ("A note.",), [{"day": "2026-12-07"}]
    report = diary.report()
    told = {name: report[name] for name in ("kind", "check_mode", "failed", "notes", "history")}
    assert told == {
        "kind": "rehearsal",
        "check_mode": False,
        "failed": False,
        "notes": ["A note."],
        "history": [{"day": "2026-12-07"}],
    }
    assert {name: many for name, many in report["waves"][0]["counts"].items() if many} == {
        "total": 3,
        "ok": 2,
        "changed": 1,
    }
    assert {each["user"]: (each["changed"], len(each["warnings"])) for each in report["users"]} == {
        A: (True, 0),
        "b@contoso.com": (False, 1),
        "c@contoso.com": (False, 1),
    }
    (warning,) = report["warnings"]
    assert (warning["code"], warning["users"]) == ("mailbox_onprem", ["b@contoso.com", "c@contoso.com"])


def test_reasons_are_grouped_with_what_is_said_of_them_the_most_frequent_first() -> None:
    diary = Diary(plan())
    names = [f"{letter}@contoso.com" for letter in "cdef"]
    users = [user("skipped", "a_code", name=A), *(user("skipped", "not_licensed", name=name) for name in names)]
    other = user("skipped", "not_licensed", name="b@contoso.com")
    other["reason"]["message"] = "b@contoso.com lacks something else."
    diary.add(datetime(2026, 12, 7, 18, tzinfo=UTC), ["pilot"], job("upgrade", [*users, other]))
    first, second = diary.report()["reasons"]
    assert first == {
        "outcome": "skipped",
        "code": "not_licensed",
        "count": 5,
        "message": "c@contoso.com has not_licensed.",
        "remedy": "Mend it.",
        "alike": False,
        "users": [*names, "b@contoso.com"],
    }
    assert (second["code"], second["count"], second["alike"]) == ("a_code", 1, True)


def test_a_wave_stays_in_the_report_when_later_jobs_are_not_given_it() -> None:
    one = {"name": "pilot", "upgrade_on": "2026-12-07", "users": [A, "b@contoso.com"]}
    two = {"name": "rest", "upgrade_on": "2026-12-08", "users": ["c@contoso.com"]}
    diary = Diary(read_plan({"waves": [one, two]}, no_files), pace=Pace(1, measured={"Move-CsUser": (9, 36.0)}))
    moved = [user("changed", changed=True), user("changed", changed=True, name="b@contoso.com")]
    diary.add(datetime(2026, 12, 7, 18, tzinfo=UTC), ["pilot"], job("upgrade", moved))
    last = job("upgrade", [user("changed", changed=True, name="c@contoso.com") | {"wave": "rest"}])
    last["waves"][0]["name"] = "rest"
    diary.add(datetime(2026, 12, 8, 18, tzinfo=UTC), ["rest"], last)
    report = diary.report()
    assert {each["name"]: each["counts"]["changed"] for each in report["waves"]} == {"pilot": 2, "rest": 1}
    assert {each["wave"]: each["users"] for each in report["duration"]} == {"pilot": 2, "rest": 1}


def test_a_user_who_is_tried_on_two_days_is_one_user_for_whom_two_calls_are_sent() -> None:
    diary = written(("2026-12-07", "failed", "x", True), ("2026-12-08", "changed", "", True))
    (took,) = diary.report()["duration"]
    assert (took["users"], took["hours"]) == (1, 0.02)


def test_a_rehearsal_of_nobody_says_so() -> None:
    diary = Diary(plan())
    diary.add(datetime(2026, 12, 7, 18, tzinfo=UTC), ["pilot"], job("upgrade", []))
    assert diary.report()["verdict"] == "The plan's waves have no users in the exports: nothing was rehearsed."


def test_each_day_and_night_is_a_line() -> None:
    diary, calendar = written(NOTIFIED), Calendar(plan(), UTC)
    assert diary.line(calendar) == "30 November 2026 (1 of about 4): wave pilot notified: 1 changed"
    diary.add_drift(NIGHT)
    assert diary.drift_line() == "30 November 2026, at night: 1 user: 1 drifted"


@pytest.mark.parametrize(
    ("held", "said"), [("Too many failed.", "wave pilot upgraded: Too many failed."), ("", "2 left out")]
)
def test_a_line_says_why_nothing_was_done(held: str, said: str) -> None:
    diary, users = Diary(plan()), [user("skipped", "x"), user("skipped", "x", name="b@contoso.com")]
    diary.add(datetime(2026, 12, 7, 18, tzinfo=UTC), ["pilot"], job("upgrade", users, held))
    assert diary.line(Calendar(plan(), UTC)).endswith(said)


def test_the_console_has_duration_and_assumptions_in_few_lines() -> None:
    report = written(("2026-12-07", "changed", "", True)).report()
    assert days_and_duration(report) == [
        "Wave pilot: 0.0 h with 1 sessions, ledger",
        "Assumed: Everybody has one meeting.",
    ]
    many = report | {"assumptions": [f"Number {number} is assumed." for number in range(40)]}
    assert days_and_duration(many)[-1] == "... see the report"


def test_a_wave_without_users_is_named_and_not_passed_over() -> None:
    chosen = {"name": "sales", "upgrade_on": "2026-12-07", "filter": {"ldap_filter": "(department=Sales)"}}
    both = read_plan({"waves": [{"name": "pilot", "upgrade_on": "2026-12-07", "users": [A]}, chosen]}, no_files)
    diary = Diary(both)
    diary.add(datetime(2026, 12, 7, 19, tzinfo=UTC), ["pilot"], job("upgrade", [user("changed", changed=True)]))
    report = diary.report()
    assert report["verdict"].endswith("Without users: sales.")
    assert report["notes"] == [
        "Wave 'sales' has no users: its filter (ldap_filter: (department=Sales)) finds nobody in the exports."
    ]


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ([{"ldap_filter": "(department=Sales)"}, {"filter": "Title -eq 'Head'"}], "w0, w1"),
        ([{"registrar_pool": "pool01.contoso.com"}, {"ou": "OU=Sales,DC=contoso,DC=com"}], ""),
    ],
)
def test_what_filters_may_name_and_exports_lack_is_an_assumption(filters: list[dict[str, str]], named: str) -> None:
    waves = [{"name": f"w{each}", "upgrade_on": "2026-12-07", "filter": filters[each]} for each in (0, 1)]
    assumed = list(filters_assumed(read_plan({"waves": waves}, no_files)))
    assert [named in each for each in assumed] == ([True] if named else [])
