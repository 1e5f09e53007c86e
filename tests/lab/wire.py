# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run in this process, over the connection's own sessions and the real protocol."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service, serve

from tests.in_process import InProcess
from tests.lab.connection.client import options_at

PREFIX = "ansible_runspace_"


def inventory_of(lab: Lab, host: str) -> dict[str, Any]:
    """What the inventory says of a host."""
    groups = lab.inventory()["all"]["children"].values()
    return next(dict(group["hosts"][host]) for group in groups if host in group["hosts"])


class OverTheWire(InProcess):
    """Modules run through sessions on the hosts as the inventory has them, until closed. `options` are the connection's.

    One session on each host is enough for few users, and each costs a process of a real PowerShell.
    """

    def __init__(self, lab: Lab, **options: Any) -> None:
        super().__init__(lab)
        self._options = {"sessions": 1, **options}

    def new(self, host: str) -> Service:
        known = inventory_of(self.lab, host)
        own = {name.removeprefix(PREFIX): value for name, value in known.items() if name.startswith(PREFIX)}
        options = options_at(host, known["ansible_host"], known["ansible_port"], **{**own, **self._options})
        return serve(options.__getitem__)

    def close(self) -> None:
        """End the sessions."""
        for service in self._services.values():
            service.close(5)

    def __enter__(self) -> OverTheWire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
