# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on drift, as data, and the table for a console of 80 columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from .._model.decision import Reason
from .._model.outcome import without_user
from .drift import WRONG, DriftStatus
from .drift_run import DriftItem
from .drift_since import Changes, numbers
from .report import NAMED_USERS
from .rows import Rank, Row, fitted
from .run import RunState, WaveState
from .verdict import counted

Shown = dict[str, Any]
# With the lines for the changes, the verdict and the path of the report, the table is a screen of 20 lines at most.
LINES = 13
WORDS = {DriftStatus.NOT_DUE: "not due", DriftStatus.IN_STATE: "in state"}
NAMED = 3


def drift_report(
    run: RunState, items: Sequence[DriftItem], changes: Changes | None, fault: Reason | None, *, fail_on_drift: bool
) -> Shown:
    """Return the report. It has failed where that is asked for and somebody is not as they should be, or where nobody could be judged."""
    counts = Counter(item.judgement.status for item in items)
    wrong = sum(counts[status] for status in WRONG)
    unread = [item for item in items if item.judgement.status is DriftStatus.UNKNOWN]
    return {
        "kind": "drift",
        "check_mode": False,
        "verdict": " ".join(_sentences(run, counts, unread, changes, fault)),
        "failed": bool((fail_on_drift and wrong) or fault),
        "notes": list(run.notes),
        "counts": _counts(counts),
        "users": [item.to_result() for item in sorted(items, key=_rank)],
        "waves": [_wave(*each) for each in _by_wave(run, items)],
        "reasons": list(_reasons(items)),
        "warnings": [],
        "changes": changes.to_result() if changes else None,
    }


def _sentences(
    run: RunState,
    counts: Mapping[DriftStatus, int],
    unread: Sequence[DriftItem],
    changes: Changes | None,
    fault: Reason | None,
) -> Iterator[str]:
    """Yield the verdict. That somebody could not be read comes first: nothing is known of them, good or bad."""
    if fault is not None:
        yield f"Nobody could be judged, since one of the sides was not read. {fault.sentence}"
    elif unread:
        reason = unread[0].judgement.reason
        said = f" For example: {reason.sentence}" if reason else ""
        yield f"Nothing is known of {len(unread)} of them.{said}"
    yield numbers(counts)
    if changes is not None:
        yield changes.sentence(run.now)


def _counts(found: Mapping[DriftStatus, int]) -> dict[str, int]:
    return {"total": sum(found.values())} | {status.value: found.get(status, 0) for status in DriftStatus}


def _rank(item: DriftItem) -> int:
    return list(DriftStatus).index(item.judgement.status)


def _by_wave(run: RunState, items: Iterable[DriftItem]) -> Iterator[tuple[str, WaveState | None, list[DriftItem]]]:
    """Yield the waves of the plan, and those that the ledger alone knows, with their users."""
    users: dict[str, list[DriftItem]] = {name: [] for name in run.waves}
    for item in items:
        users.setdefault(item.wave, []).append(item)
    yield from ((name, run.waves.get(name), found) for name, found in users.items())


def _wave(name: str, state: WaveState | None, users: Sequence[DriftItem]) -> Shown:
    planned = state.wave if state else None
    return {
        "name": name,
        "due": state.due.value if state else "",
        "mode": planned.mode.value if planned else "",
        "upgrade_on": planned.upgrade_on.isoformat() if planned else "",
        "notify_on": planned.notify_on.isoformat() if planned else "",
        "window": str(planned.window or "") if planned else "",
        "filter": dict(planned.filter) if planned else {},
        "held": "",
        "waits": False,
        "counts": _counts(Counter(item.judgement.status for item in users)),
        "faults": [],
        "warnings": [],
    }


def _reasons(items: Iterable[DriftItem]) -> Iterator[Shown]:
    """Yield the reasons by status and code, the most frequent first within each status. The message is the first user's."""
    groups: dict[tuple[int, str], list[tuple[DriftItem, Reason]]] = {}
    for item in items:
        if item.judgement.reason is not None:
            groups.setdefault((_rank(item), item.judgement.reason.code), []).append((item, item.judgement.reason))
    for (_status, code), group in sorted(groups.items(), key=lambda entry: (entry[0][0], -len(entry[1]), entry[0][1])):
        item, first = group[0]
        texts = {without_user(reason.message, each.user.text) for each, reason in group}
        yield {
            "outcome": item.judgement.status.value,
            "code": code,
            "count": len(group),
            "message": first.message,
            "remedy": first.remedy,
            "alike": len(texts) == 1,
            "users": [each.user.address for each, _reason in group[:NAMED_USERS]],
        }


def table(report: Mapping[str, Any]) -> list[str]:
    """Return lines: how many users are how and why, with the first names of those who are not as they should be."""
    waves = sum(1 for wave in report["waves"] if wave["counts"]["total"])
    total = int(report["counts"]["total"])
    head = f"Drift of {counted(total, 'user')} in {counted(waves, 'wave')}"
    notes = [Row(Rank.NOTE, "Note:", f" {note}") for note in report["notes"]]
    rows = [row for status in DriftStatus for row in _rows(report, status)]
    return [head, *fitted([*notes, *rows], LINES)]


def _rows(report: Mapping[str, Any], status: DriftStatus) -> Iterator[Row]:
    """Yield the rows of a status: one for each reason, and one for those who have none."""
    word = WORDS.get(status, status.value)
    rank = Rank.FIRST if status in (*WRONG, DriftStatus.UNKNOWN) else Rank.OTHER
    reasons = [each for each in report["reasons"] if each["outcome"] == status.value]
    for each in reasons:
        names = ", ".join(each["users"][:NAMED])
        more = f" and {each['count'] - NAMED} more" if each["count"] > NAMED else ""
        head = f"{each['count']:>4} {word}, {each['code']}:"
        yield Row(rank, head, f" {names}{more}", "", f"{each['code']}: {each['count']}")
    if rest := report["counts"][status.value] - sum(each["count"] for each in reasons):
        yield Row(rank, f"{rest:>4} {word}")


def dated(items: Iterable[DriftItem], since: Mapping[str, datetime], now: datetime) -> list[DriftItem]:
    """Return the users with since when they are so, by folded address, as the clock of the run shows it."""
    return [replace(item, since=since[item.user.key].astimezone(now.tzinfo)) for item in items]
