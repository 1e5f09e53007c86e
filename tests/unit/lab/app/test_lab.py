# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab as one thing: its hosts and inventory, its control endpoint, its program."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.control import Control
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed import model

from tests.unit.lab.organisation.builders import user

SEED = {"clock": "2026-12-01T08:00:00Z", "clock_rate": 0, "users": [user(), user("bob", homing="online")]}


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(SEED) as made:
        yield made


@pytest.fixture
def control(lab: Lab) -> Iterator[str]:
    with Control(lab) as made:
        yield made.url


def ask(url: str, method: str = "GET", **content: Any) -> Any:
    data = json.dumps(content).encode() if content else None
    with urllib.request.urlopen(urllib.request.Request(url, data, method=method), timeout=5) as response:
        return json.load(response)


def refused(url: str, method: str = "GET", **content: Any) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(url, method, **content)
    with caught.value as answer:
        return answer.code, json.load(answer)["error"]


def test_the_inventory_is_ready_to_use(lab: Lab) -> None:
    inventory = lab.inventory()["all"]
    (server,) = inventory["children"]["skype_servers"]["hosts"].values()
    (teams,) = inventory["children"]["teams_hosts"]["hosts"].values()
    assert server == {
        "ansible_host": "127.0.0.1",
        "ansible_port": lab.front["sfb01"].port,
        "ansible_runspace_side": "onprem",
    }
    assert teams == {
        "ansible_host": "127.0.0.1",
        "ansible_port": lab.front["teams01"].port,
        "ansible_runspace_teams_tenant_id": model.TENANT_ID,
        "ansible_runspace_teams_application_id": model.APPLICATION_ID,
        "ansible_runspace_teams_certificate_thumbprint": model.THUMBPRINT,
    }
    assert inventory["vars"]["ansible_connection"] == "sfb.teams_upgrade.runspace"
    assert (inventory["vars"]["ansible_user"], inventory["vars"]["ansible_password"]) == model.ACCOUNT
    assert inventory["vars"]["teams_upgrade_move_credential_user"] == model.ADMIN[0]


def test_an_old_module_is_signed_in_to_with_a_password() -> None:
    with Lab({**SEED, "hosts": {"old": {"teams": "2.3.1"}, "sfb01": {"skype": "2019 CU8"}}}) as lab:
        groups = lab.inventory()["all"]["children"]
    assert groups["teams_hosts"]["hosts"]["old"]["ansible_runspace_teams_user"] == model.ADMIN[0]
    assert "ansible_runspace_side" not in groups["skype_servers"]["hosts"]["sfb01"]


def test_a_lab_that_is_not_started_has_no_inventory() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        Lab(SEED).inventory()


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(model.SeedError, match="There is no engine 'steam'"):
        Lab(SEED, engine="steam").start()


def test_the_clock_is_read_set_and_advanced_from_outside(lab: Lab, control: str) -> None:
    assert ask(f"{control}/clock") == {"now": "2026-12-01T08:00:00+00:00", "rate": 0}
    assert ask(f"{control}/clock", "POST", advance="90m", rate=60)["rate"] == 60
    assert ask(f"{control}/clock", "POST", rate=0, set="2026-12-05T00:00:00Z")["now"] == "2026-12-05T00:00:00+00:00"
    assert refused(f"{control}/clock", "POST", set="2026-12-01") == (
        400,
        "the lab's clock only goes forward: it is 2026-12-05T00:00:00+00:00 there already",
    )
    assert refused(f"{control}/clock", "POST", colour="blue")[0] == 400
    assert "Say set" in refused(f"{control}/clock", "POST")[1]


def test_the_state_follows_the_clock(lab: Lab, control: str) -> None:
    lab.organisation.call(
        Call("sfb01", "s", "SkypeForBusiness", "Move-CsUser", {"Identity": "alice@contoso.com", "Target": "sipfed.online.lync.com",
             "AccessTokens": ["lab-graph-token", "lab-teams-token"]})
    )  # fmt: skip
    before = ask(f"{control}/state")["users"][0]
    assert (before["user"], before["locator"], before["online"]["mode"]) == (
        *("alice@contoso.com", "sipfed.online.lync.com"),
        "Islands",
    )
    ask(f"{control}/clock", "POST", advance="31m")
    assert ask(f"{control}/state")["users"][0]["online"]["mode"] == "TeamsOnly"
    assert ask(f"{control}/state")["tenant"]["mode"] == "Islands"


def test_the_journal_is_read_and_forgotten_from_outside(lab: Lab, control: str) -> None:
    for cmdlet in ("Get-CsUser", "Get-CsPool"):
        lab.organisation.call(Call("sfb01", "s", "SkypeForBusiness", cmdlet, {}))
    calls = ask(f"{control}/journal?cmdlet=get-csuser&writes=false")["calls"]
    assert [(one["cmdlet"], one["host"], one["outcome"]) for one in calls] == [("Get-CsUser", "sfb01", "done")]
    assert len(ask(f"{control}/journal")["calls"]) == 2
    ask(f"{control}/journal", "DELETE")
    assert ask(f"{control}/journal") == {"calls": [], "shells": []}


def test_faults_are_ordered_and_cancelled_from_outside(lab: Lab, control: str) -> None:
    ask(f"{control}/faults", "POST", cmdlet="Get-CsUser", message="busy", times=2)
    assert ask(f"{control}/faults") == [{"cmdlet": "Get-CsUser", "user": None, "message": "busy"}]
    outcome = lab.organisation.call(Call("sfb01", "s", "SkypeForBusiness", "Get-CsUser", {}))
    assert [failure.message for failure in outcome.failures] == ["busy"]
    assert "needs the name" in refused(f"{control}/faults", "POST", message="x")[1]
    ask(f"{control}/faults", "DELETE")
    assert ask(f"{control}/faults") == []


def test_what_the_endpoint_does_not_know(control: str) -> None:
    code, message = refused(f"{control}/colour")
    assert code == 404
    assert "GET /journal" in message
    assert ask(f"{control}/inventory")["all"]["children"]["skype_servers"]
