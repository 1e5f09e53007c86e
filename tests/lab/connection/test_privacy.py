# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""While a playbook runs, and after it, its secrets are in nothing that it shows, writes or starts, and its sockets are its own."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT, ADMIN

from tests.controller import COLLECTION, Controller

# The windows account's, the tenant account's, that of moves, tokens, and that of a key.
KEY, TOKENS, MOVER = "Key-Passw0rd-7c1f", ["lab-graph-token-7c1f", "lab-teams-token-7c1f"], "Mover-Passw0rd-7c1f"
SECRETS = (ACCOUNT[1], ADMIN[1], KEY, *TOKENS, MOVER)
WAYS: Mapping[str, Mapping[str, Any]] = {
    "password01": {"ansible_runspace_teams_user": ADMIN[0], "ansible_runspace_teams_password": ADMIN[1]},
    "tokens01": {"ansible_runspace_teams_access_tokens": TOKENS},
}


@dataclass
class Seen:
    """What there was while a playbook ran: arguments and environments of processes, files and sockets."""

    arguments: set[str] = field(default_factory=set)
    environments: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    sockets: dict[str, tuple[int, int]] = field(default_factory=dict)

    def look(self, folder: Path) -> None:
        """Note what there is. What goes away meanwhile is seen another time, or not at all."""
        mark = f"ANSIBLE_HOME={folder}/home\0".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                self.arguments.add((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                content = (process / "environ").read_bytes()
                if mark in content:
                    self.environments.add(content.decode(errors="replace"))
        for path in (each for part in ("home", "tmp", "temporary") for each in (folder / part).rglob("*")):
            with suppress(OSError):
                if path.is_socket():
                    modes = (path.stat().st_mode, path.parent.stat().st_mode)
                    self.sockets[str(path)] = (stat.S_IMODE(modes[0]), stat.S_IMODE(modes[1]))
                elif path.is_file():
                    self.files[str(path)] = path.read_bytes().decode(errors="replace")


@contextmanager
def watched(folder: Path) -> Iterator[Seen]:
    """Look at everything again and again, and once more at the end."""
    seen, over = Seen(), threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            seen.look(folder)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        seen.look(folder)


@pytest.fixture
def seed() -> Mapping[str, Any]:
    hosts = {"sfb01": {"skype": "2019 CU8", "teams": "6.6.0"}, **{name: {"teams": "6.6.0"} for name in WAYS}}
    accounts = [{"user": ADMIN[0], "password": ADMIN[1]}, {"user": "mover@contoso.com", "password": MOVER}]
    tenant = {"access_tokens": TOKENS, "accounts": accounts}
    return {"hosts": hosts, "tenant": tenant, "users": [{"sip": "alice@contoso.com"}]}


@pytest.fixture
def signed_in(lab: Lab, short_folder: Path) -> Controller:
    """A controller whose hosts are signed in to in different ways."""
    inventory = lab.inventory()
    for group in inventory["all"]["children"].values():
        for name, host in group["hosts"].items():
            host["ansible_psrp_certificate_key_password"] = KEY
            if name in WAYS:
                for option in [each for each in host if each.startswith("ansible_runspace_teams")]:
                    del host[option]
                host |= WAYS[name]
    variables = inventory["all"]["vars"]
    for option in [each for each in variables if each.startswith("ansible_runspace_teams")]:
        del variables[option]
    (short_folder / "temporary").mkdir()
    return Controller(short_folder, inventory)


def test_secrets_are_nowhere_and_sockets_are_private(lab: Lab, signed_in: Controller) -> None:
    folder = signed_in.folder
    users = {"users": ["alice@contoso.com"]}
    move = {**users, "credential_user": "mover@contoso.com", "credential_password": MOVER, "retries": 0}
    tasks = [
        {f"{COLLECTION}.csuser_info": users, "register": "found"},
        {f"{COLLECTION}.csuser_move": move, "when": "inventory_hostname == 'sfb01'", "ignore_errors": True},
        {"ansible.builtin.debug": {"var": "found"}},
    ]
    environment = {
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        "ANSIBLE_PERSISTENT_LOG_MESSAGES": "true",
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp" / "remote"),
        "TMPDIR": str(folder / "temporary"),
    }
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    with watched(folder) as seen:
        run = signed_in.playbook([play], diff=True, arguments=["-vvvvvv"], environment=environment)
    assert {host: counts["ok"] for host, counts in run.stats.items()} == {"sfb01": 3, "password01": 2, "tokens01": 2}
    assert [entry.outcome for entry in lab.journal.entries("Move-CsUser")] == ["done"]
    logged = (folder / "ansible.log").read_text(encoding="utf-8")
    assert "runspace submit" in logged
    assert any("ansible-playbook" in each for each in seen.arguments)
    assert any("ANSIBLE_PERSISTENT_LOG_MESSAGES" in each for each in seen.environments)
    shown = {
        "output": run.output,
        "log": logged,
        "results": json.dumps([result.result for result in run.results]),
        "arguments": "\n".join(seen.arguments),
        "environments": "\n".join(seen.environments),
        **seen.files,
    }
    assert [(secret, where) for where, text in shown.items() for secret in SECRETS if secret in text] == []
    assert len(seen.sockets) >= 3
    assert [(path, modes) for path, modes in seen.sockets.items() if modes[0] & 0o077 and modes[1] & 0o077] == []
