# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a moving server runs, as its cmdlets list components and modules (A.8, R13, R14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.server import read_moving_server
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.server import MovingServer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.version import Version

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import OK, Reply, answering, failing

Rows = list[dict[str, Any]]
BUILDS = onprem(Get_CsServerPatchVersion="")
MODULES = onprem(Get_Module="Name ListAvailable")
BOTH = onprem(Get_CsServerPatchVersion="", Get_Module="Name ListAvailable")


def component(version: object, name: object = "Skype for Business Server 2019, Core Components") -> dict[str, object]:
    return {"ComponentName": name, "Version": version}


def version(text: str | None) -> Version | None:
    return Version.find(text)


@pytest.mark.parametrize(
    ("rows", "build"),
    [
        ([component("7.0.2046.385")], "7.0.2046.385"),
        # The core components tell the update, whatever the others show.
        (
            [
                component("7.0.2046.553", "Skype for Business Server 2019, Web Components Server"),
                component("7.0.2046.385"),
                component("7.0.2046.404", "Skype for Business Server 2019, Administrative Tools"),
            ],
            "7.0.2046.385",
        ),
        # They compare as numbers, and an older product that was left behind on the server is not what moves users.
        ([component("7.0.2046.385"), component("7.0.2046.1000")], "7.0.2046.1000"),
        (
            [
                component("7.0.2046.385"),
                component("6.0.9319.619", "Skype for Business Server 2015, Core Components"),
            ],
            "7.0.2046.385",
        ),
        ([component("6.0.9319.619", "SKYPE FOR BUSINESS SERVER 2015, CORE COMPONENTS")], "6.0.9319.619"),
        ([component("not a version"), component("7.0.2046.385")], "7.0.2046.385"),
        ([component("")], None),
        ([component(None)], None),
        ([component("7.0.2046.385", None)], None),
        ([component("7.0.2046.385", "Skype for Business Server 2019, Web Components Server")], None),
        ([{"Version": "7.0.2046.385"}], None),
        ([{"ComponentName": "Core Components"}], None),
        ([], None),
    ],
)
def test_r13_the_build_is_that_of_the_core_components(rows: Rows, build: str | None) -> None:
    host = answering(Get_CsServerPatchVersion=rows)
    assert read_moving_server(host.remote(), BUILDS) == MovingServer("sfb01", version(build))


@pytest.mark.parametrize(
    ("rows", "newest", "listed"),
    [
        ([{"Version": "6.2.1"}], "6.2.1", True),
        # Of several versions side by side the newest is taken.
        ([{"Version": "6.2.1"}, {"Version": "7.10.0"}, {"Version": "7.9.0"}], "7.10.0", True),
        ([{"Version": "0.0"}, {"Version": "6.2.1"}], "6.2.1", True),
        # A module without a manifest is there, and does not say which it is.
        ([{"Version": "0.0"}], None, True),
        ([{"Version": "0.0.0"}], None, True),
        ([{"Version": "0.0.1"}], "0.0.1", True),
        ([{"Version": None}], None, True),
        ([{}], None, True),
        ([], None, False),
    ],
)
def test_r14_the_newest_module_that_is_installed_counts(rows: Rows, newest: str | None, listed: bool) -> None:
    host = answering(Get_Module=rows)
    assert read_moving_server(host.remote(), MODULES) == MovingServer("sfb01", None, version(newest), listed)
    (command,) = host.started
    assert command["parameters"] == {"Name": "MicrosoftTeams", "ListAvailable": True}


BROKEN = failing("The service is not running.")
PARTLY: Reply = {
    "state": "completed",
    "output": [{"Version": "6.2.1"}],
    "errors": [{"message": "One folder is closed."}],
}


@pytest.mark.parametrize("unread", [BROKEN, {"state": "timeout"}, {"state": "lost"}])
def test_r11_what_a_server_does_not_answer_is_said(unread: Reply) -> None:
    builds = read_moving_server(answering(Get_CsServerPatchVersion=unread, Get_Module=[]).remote(), BOTH)
    assert (builds.build, builds.teams_module, builds.module_listed) == (None, None, None)
    assert builds.unread is not None
    assert builds.unread.code == "server_unknown"
    assert "sfb01" in builds.unread.message
    assert "Get-CsServerPatchVersion" in builds.unread.message
    core: Rows = [component("7.0.2046.385")]
    modules = read_moving_server(answering(Get_CsServerPatchVersion=core, Get_Module=unread).remote(), BOTH)
    assert (modules.build, modules.teams_module, modules.module_listed) == (version("7.0.2046.385"), None, None)
    assert modules.unread is not None
    assert modules.unread.code == "server_unknown"
    assert "sfb01" in modules.unread.message
    assert "Get-Module" in modules.unread.message


def test_r11_the_cause_is_said() -> None:
    for host in (answering(Get_CsServerPatchVersion=BROKEN), answering(Get_CsServerPatchVersion=OK, Get_Module=BROKEN)):
        found = read_moving_server(host.remote(), BOTH)
        assert found.unread is not None
        assert "The service is not running." in found.unread.message


def test_r14_a_module_that_is_found_counts_whatever_else_cannot_be_looked_at() -> None:
    found = read_moving_server(answering(Get_Module=PARTLY).remote(), MODULES)
    assert found == MovingServer("sfb01", None, version("6.2.1"), True)


def test_r14_a_restricted_endpoint_shows_no_files_and_says_nothing() -> None:
    host = replace(MODULES, projection=False)
    assert read_moving_server(answering(Get_Module=BROKEN).remote(), host) == MovingServer("sfb01")
    assert read_moving_server(answering(Get_Module=PARTLY).remote(), host).teams_module == version("6.2.1")


@pytest.mark.parametrize("host", [onprem(), onprem(Get_Module="Name")])
def test_r11_what_a_host_does_not_offer_is_not_known(host: Any) -> None:
    assert read_moving_server(answering().remote(), host) == MovingServer("sfb01")


@pytest.mark.parametrize(
    ("build", "modules", "message"),
    [
        (BROKEN, [], "What sfb01 runs could not be read: Get-CsServerPatchVersion: The service is not running."),
        ([component("7.0.2046.385")], BROKEN, "What sfb01 runs could not be read: Get-Module: The service is not running."),
        ({"state": "timeout"}, [], "What sfb01 runs could not be read: Get-CsServerPatchVersion: the host did not answer in time"),
    ],
)  # fmt: skip
def test_r11_what_is_unread_is_said_in_a_sentence_with_host_and_cmdlet(
    build: Reply | Rows, modules: Reply | Rows, message: str
) -> None:
    found = read_moving_server(answering(Get_CsServerPatchVersion=build, Get_Module=modules).remote(), BOTH)
    assert found.host == "sfb01"
    assert found.unread is not None
    assert found.unread.message == message
