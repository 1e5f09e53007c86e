# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run through restricted session configurations."""

from __future__ import annotations

from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import ROOT
from tests.lab.wire import OverTheWire

JEA = ROOT / "docs" / "jea"
SIDES = {"sfb01": "Onprem", "teams01": "Online"}


class Restricted(OverTheWire):
    """Modules run through one session configuration of one host, until closed. `name` is a task, or the whole name."""

    def __init__(self, lab: Lab, host: str, name: str, **options: Any) -> None:
        self.host = host
        self.configuration = f"TeamsUpgrade{SIDES[host]}{name}" if name.isalpha() else name
        super().__init__(lab, configuration_name=self.configuration, **options)

    def module(self, module: str, args: Any, *, check: bool = False) -> dict[str, Any]:
        """What a module answers."""
        return self.run(self.host, module, args, check=check)

    def __enter__(self) -> Restricted:
        return self
