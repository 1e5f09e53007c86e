# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which users tests of modules act on, with which account, and what an answer says of each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN

Answer = Mapping[str, Any]

CLOUD = "sipfed.online.lync.com"
# Move-CsUser needs somebody to act as in the tenant.
MOVER = {"credential_user": ADMIN[0], "credential_password": ADMIN[1]}


def address(name: str) -> str:
    return f"{name}@contoso.com"


def addresses(*names: str) -> list[str]:
    return [address(name) for name in names]


def seeded(name: str, /, **facts: Any) -> dict[str, Any]:
    """A user of a seed."""
    return {"sip": address(name), **facts}


def lines(answer: Answer) -> dict[str, Answer]:
    """What the result says of each user, by the name before the @."""
    return {line["user"].partition("@")[0]: line for line in answer["users"]}


def statuses(answer: Answer) -> dict[str, str]:
    return {name: line["status"] for name, line in lines(answer).items()}


def codes(answer: Answer) -> dict[str, str]:
    """The codes of the reasons, of the users who have one."""
    return {name: line["reason"]["code"] for name, line in lines(answer).items() if "reason" in line}


def calls(lab: Lab, cmdlet: str) -> dict[str, list[Entry]]:
    """The calls of a cmdlet about one user each, in order, by the name before the @."""
    found: dict[str, list[Entry]] = {}
    for entry in lab.journal.entries(cmdlet):
        name = str(entry.parameters["Identity"]).removeprefix("sip:").partition("@")[0]
        found.setdefault(name, []).append(entry)
    return found


def attempts(lab: Lab, cmdlet: str) -> dict[str, list[str]]:
    """How each of those calls ended: done, failed or lost."""
    return {name: [entry.outcome for entry in entries] for name, entries in calls(lab, cmdlet).items()}
