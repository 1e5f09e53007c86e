# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps of a wave for tests: done with given answers of the modules, and held to the options that these document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.doc_fragments.users import ModuleDocFragment
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calls import next_call
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.steps import STEPS, take_result

from tests.unit.wave.runs import A, B, C, Shown
from tests.unit.wave.test_readiness import skype, teams

OPTIONS: dict[str, Shown] = {
    "notify_onprem": {"policy": "TeamsUpgradeNotify"},
    "notify_late_onprem": {"policy": "TeamsUpgradeNotify"},
    "move": {"target": "", "credential_user": "admin@contoso.onmicrosoft.com", "bounds": {}},
    "sync": {"timeout": "60", "interval": 1},
    "meetings": {"catch_up": False, "wait": False},
}


@cache
def options_of(module: str) -> frozenset[str]:
    """The options that a module documents: a step must not give it any other."""
    documentation = import_module(f"ansible_collections.sfb.teams_upgrade.plugins.modules.{module}").DOCUMENTATION
    shared = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    return frozenset(yaml.safe_load(documentation)["options"]) | frozenset(shared) | {"bounds"}


def of(user: str, facts: Shown) -> Shown:
    """Alice's facts as those of another user."""
    return facts | {"user": user, "sip_address": f"sip:{user}"}


def do(
    state: RunState, step: str, *answers: Shown, name: str = "pilot", at: datetime | None = None, **options: object
) -> list[Shown]:
    """Do a step with these answers of the modules, and return what they were called with. `at`: when; else as the run begins."""
    found, calls, left = STEPS[step], [], list(answers)
    moment = at or state.began or state.now
    for make in found.makes(state.wave(name)):
        call = next_call(state, state.wave(name), found, make, OPTIONS.get(step, {}) | options, moment)
        if call is not None:
            args = call.args(state, state.wave(name))
            assert set(args) <= options_of(call.module)
            calls.append({"module": call.module} | args)
            take_result(state, state.wave(name), call, left.pop(0) if left else {"users": []})
    return calls


def ready(state: RunState, onprem: Sequence[Shown], online: Sequence[Shown], *checks: Shown) -> None:
    """Read readiness on both sides, with these answers."""
    do(state, "readiness_onprem", {"users": list(onprem), "organisation": list(checks)})
    do(state, "readiness_online", {"users": list(online), "organisation": []})


def everybody_onprem(state: RunState, users: Sequence[str] = (A, B, C)) -> RunState:
    ready(state, [of(user, skype()) for user in users], [of(user, teams()) for user in users])
    return state


def outcomes(state: RunState) -> dict[str, Any]:
    found: Shown = summarise(state)
    return {user["user"]: user["outcome"] for user in found["waves"][0]["users"]}
