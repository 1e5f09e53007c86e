# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Talks to the connection's service as a module does, without Ansible between: options in, answers out."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.connection import runspace
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service, serve

FRAGMENTS = "ansible_collections.sfb.teams_upgrade.plugins.doc_fragments"
WAIT = 2.0


def documented_options() -> dict[str, Mapping[str, Any]]:
    """The options of the connection by name, as its documentation has them."""
    options: dict[str, Mapping[str, Any]] = {}
    for name in ("runspace_transport", "runspace_auth", "runspace_sign_in", "runspace_sharing"):
        fragment = importlib.import_module(f"{FRAGMENTS}.{name}").ModuleDocFragment
        options |= yaml.safe_load(fragment.DOCUMENTATION)["options"]
    options |= yaml.safe_load(runspace.DOCUMENTATION)["options"]
    return options


DEFAULTS: Mapping[str, Any] = {name: option.get("default") for name, option in documented_options().items()}


def options_for(endpoint: Endpoint, **options: Any) -> dict[str, Any]:
    """All options of a connection to a simulated host."""
    return options_at(endpoint.name, endpoint.address, endpoint.port, **options)


def options_at(name: str, address: str, port: int, /, **options: Any) -> dict[str, Any]:
    """The same for a host that is known by its address."""
    user, password = ACCOUNT
    return {
        **DEFAULTS,
        "inventory_name": name,
        "remote_addr": address,
        "port": port,
        "protocol": "http",
        "auth": "basic",
        "message_encryption": "never",
        "ignore_proxy": True,
        "remote_user": user,
        "remote_password": password,
        "connection_timeout": 5,
        **options,
    }


def command(name: str, timeout: float | None = None, select: Sequence[str] = (), **parameters: Any) -> dict[str, Any]:
    """A command as a module asks for it."""
    return {"name": name, "parameters": parameters, "timeout": timeout, "select": list(select)}


class Client:
    """A module's side of the four calls. Closes the sessions in the end."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.service: Service = serve(options.__getitem__)

    def hello(self, *cmdlets: str, seconds: float = 20.0) -> dict[str, Any]:
        """What the connection says of its host, once it is ready or has failed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            reply: dict[str, Any] = json.loads(self.service.hello(json.dumps({"wait": WAIT, "cmdlets": cmdlets})))
            if reply["state"] != "opening":
                return reply
        raise AssertionError(f"no session within {seconds} seconds")

    def fault(self) -> dict[str, str]:
        """Why there is no session; fails when there is one."""
        reply = self.hello()
        assert reply["state"] == "failed", reply
        fault: dict[str, str] = reply["fault"]
        return fault

    def submit(
        self, commands: Iterable[Mapping[str, Any]], *, read_only: bool = False, check_mode: bool = False
    ) -> str:
        """Queue commands and return their batch."""
        request = json.dumps({"read_only": read_only, "commands": list(commands)})
        batch: str = json.loads(self.service.submit(request, check_mode=check_mode))["batch"]
        return batch

    def collect(self, batch: str, seconds: float = 20.0) -> list[dict[str, Any]]:
        """The answers of a batch in the order of its commands."""
        deadline, answers = time.monotonic() + seconds, []
        while time.monotonic() < deadline:
            reply = json.loads(self.service.collect(json.dumps({"batch": batch, "wait": WAIT})))
            answers += reply["answers"]
            if not reply["outstanding"]:
                return sorted(answers, key=lambda answer: int(answer["index"]))
        raise AssertionError(f"{reply['outstanding']} answers are missing after {seconds} seconds")

    def run(
        self, *commands: Mapping[str, Any], read_only: bool = False, check_mode: bool = False
    ) -> list[dict[str, Any]]:
        """Queue commands and return their answers."""
        return self.collect(self.submit(commands, read_only=read_only, check_mode=check_mode))

    def states(self, *commands: Mapping[str, Any], check_mode: bool = False) -> list[str]:
        """How commands ended."""
        return [answer["state"] for answer in self.run(*commands, check_mode=check_mode)]
