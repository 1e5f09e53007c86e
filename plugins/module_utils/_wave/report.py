# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""The report on a run, as data: the one shape from which pages, tables and programs take what they show."""

from __future__ import annotations

from collections.abc import Iterable

from .._model import reasons
from .._model.identity import bare_address
from .._model.outcome import without_user
from .outcomes import Item, Shown, UserOutcome, counts, outcome_of, sentences_of
from .run import RunState
from .verdict import broken_conditions, success

NAMED_USERS = 12


def summarise(run: RunState) -> Shown:
    """Return the run as the report shows it:
    `{kind, check_mode, waves: [{name, due, users, counts, faults, warnings, ...}], counts, reasons, warnings, failed, verdict}`.
    """
    outcomes = [outcome_of(run, state) for state in run.waves.values()]
    users = [user for outcome in outcomes for user in outcome.users]
    found = [
        sentence
        for outcome in outcomes
        for sentence in broken_conditions(outcome, fail_when_closed=run.fail_when_closed)
    ]
    return {
        "kind": "readiness" if run.readiness else "waves",
        # A look at readiness writes nothing to any host, in check mode or not: it is no prediction.
        "check_mode": run.check_mode and not run.readiness,
        "waves": [outcome.to_result() for outcome in outcomes],
        "counts": counts(users),
        "reasons": _reasons(users),
        "warnings": _user_warnings(users),
        "notes": list(run.notes),
        "failed": bool(found),
        "verdict": " ".join(found) if found else success(run, outcomes),
    }


def _reasons(users: Iterable[UserOutcome]) -> list[Shown]:
    """Group what needs reading by outcome and code, the most frequent first. The message is the first user's.

    `alike`: but for the names, it is that of all of them.

    What is not among the known faults has one code for all of them: there the host's text counts as well, but for the user's name.
    """
    groups: dict[tuple[str, str, str], list[UserOutcome]] = {}
    for user in users:
        if user.code:
            text = without_user(user.message, user.user) if user.code == reasons.UNCLASSIFIED.code else ""
            groups.setdefault((user.worst.status.value, user.code, text), []).append(user)
    return [
        {
            "outcome": outcome,
            "code": code,
            "count": len(group),
            "message": group[0].message,
            "remedy": group[0].worst.reason.get("remedy", ""),
            "alike": len({_without_names(user) for user in group}) == 1,
            "users": [bare_address(user.user) for user in group[:NAMED_USERS]],
        }
        for (outcome, code, _text), group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]


def _without_names(user: UserOutcome) -> tuple[str, str]:
    remedy = str(user.worst.reason.get("remedy", ""))
    return without_user(user.message, user.user), without_user(remedy, user.user)


def _user_warnings(users: Iterable[UserOutcome]) -> list[Shown]:
    each = ((bare_address(user.user), warning) for user in users for step in user.steps for warning in step.warnings)
    return warnings_by_code(each)


def warnings_by_code(warnings: Iterable[tuple[str, Item]]) -> list[Shown]:
    """Group what users are warned of, each with the user's name, by code, the most frequent first; the message is the first user's."""
    groups: dict[str, list[tuple[str, Item]]] = {}
    for name, warning in warnings:
        groups.setdefault(str(warning.get("code", "")), []).append((name, warning))
    return [
        {**sentences_of(group[0][1]), "count": len(group), "users": [name for name, _warning in group[:NAMED_USERS]]}
        for _code, group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]
