# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run through restricted session configurations: in this process, over the connection's own sessions and the real protocol."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab._lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service, serve

from tests.controller import ROOT
from tests.lab.connection.client import options_for
from tests.unit.properties.in_process import Play

JEA = ROOT / "docs" / "jea"
SIDES = {"sfb01": "Onprem", "teams01": "Online"}
PREFIX = "ansible_runspace_"


class Restricted(Play):
    """Modules run through one session configuration of one host, until closed. `name` is a task, or the whole name."""

    def __init__(self, lab: Lab, host: str, name: str, **options: Any) -> None:
        super().__init__(lab)
        self.host = host
        self.configuration = f"TeamsUpgrade{SIDES[host]}{name}" if name.isalpha() else name
        self._options = options

    def open(self, host: str) -> Service:
        """Open a session as the inventory says, but in the restricted configuration."""
        if host not in self._services:
            known = next(
                group["hosts"][host]
                for group in self.lab.inventory()["all"]["children"].values()
                if host in group["hosts"]
            )
            own = {name.removeprefix(PREFIX): value for name, value in known.items() if name.startswith(PREFIX)}
            restricted = {"sessions": 1, "configuration_name": self.configuration, **own, **self._options}
            self._services[host] = serve(options_for(self.lab.front[host], **restricted).__getitem__)
        return self._services[host]

    def module(self, module: str, args: Any, *, check: bool = False) -> dict[str, Any]:
        """What a module answers."""
        return self.run(self.host, module, args, check=check)

    def __enter__(self) -> Restricted:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for service in self._services.values():
            service.close(5)
