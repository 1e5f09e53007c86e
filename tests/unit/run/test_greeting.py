# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host says of itself when a module greets it, such as the modules that have its cmdlets."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.command_builder import CommandBuilder
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.module import greet

from tests.unit.cmdlets.scripted import OK, Scripted


class Greeted(Scripted):
    """A Skype for Business host that has Get-CsUser in these modules."""

    def __init__(self, *modules: str) -> None:
        super().__init__(lambda _command: OK)
        self._modules = modules

    def hello(self, request: str) -> str:
        """Say what the host offers."""
        export = {"name": "Get-CsUser", "kind": "Function", "parameters": ["Identity"], "untyped": []}
        found = [{**export, "module": module} for module in self._modules]
        return json.dumps(
            {
                "state": "ready",
                "host": "sfb01",
                "side": "onprem",
                "sessions": 1,
                "projection": True,
                "cmdlets": {"Get-CsUser": found},
            }
        )


def call(*modules: str) -> CommandBuilder:
    return CommandBuilder.of("Get-CsUser", greet(Remote(Greeted(*modules), read_only=True)))


@pytest.mark.parametrize(
    ("modules", "called"),
    [
        (["SfB-Remote"], "SfB-Remote\\Get-CsUser"),
        (["tmp_x.1"], "tmp_x.1\\Get-CsUser"),
        ([""], "Get-CsUser"),
        (["My Tools", "SkypeForBusiness"], "SkypeForBusiness\\Get-CsUser"),
    ],
)
def test_a_cmdlet_is_called_by_the_module_that_the_host_has_it_in(modules: list[str], called: str) -> None:
    assert call(*modules).command.full_name == called


@pytest.mark.parametrize("module", ["My Tools", "..", "-", "C:\\m.psm1", "SfB\u00b7Remote", "Get;Set", "a*", "{0}"])
def test_a_module_of_another_name_is_a_failure_with_a_sentence(module: str) -> None:
    with pytest.raises(NotOffered) as refused:
        call(module)
    reason = refused.value.reason
    assert reason.code == "module_name"
    assert reason.message.startswith(f"sfb01 offers Get-CsUser in the module {module}, and ")
    assert "Import SkypeForBusiness itself there" in reason.remedy
