# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab as a program of its own: started, watched from outside, ended by a signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.controller import ROOT
from tests.unit.lab.seed.dialects import DIALECTS, onprem

MODULE = "ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab"
SEED = "clock: 2026-12-01T08:00:00Z\nusers: [{sip: alice@contoso.com}]\n"


def program(*arguments: str, before: Sequence[Path] = ()) -> subprocess.Popen[str]:
    """Start the lab; Python looks for its libraries in the folders `before` first."""
    path = os.pathsep.join(map(str, [*before, ROOT / ".build" / "collections"]))
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-P", "-m", MODULE, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(path: Path, running: subprocess.Popen[str]) -> Any:
    deadline = time.monotonic() + 20
    while not path.exists():
        assert running.poll() is None, running.stderr.read() if running.stderr else ""
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return yaml.safe_load(path.read_text())


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.yml"
    path.write_text(SEED)
    return path


@pytest.fixture
def lab(tmp_path: Path, seed: Path) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    export = tmp_path / "users.csv"
    bob = onprem("bob", SipAddress="sip:bob@fabrikam.com", RegistrarPool="p7.fabrikam.com")
    export.write_bytes(DIALECTS["7"]([bob]))
    inventory = tmp_path / "inventory.yml"
    options = ["--profile", "2020", "--clock-rate", "0", "--users-csv", str(export), "--inventory", str(inventory)]
    running = program("--seed", str(seed), *options)
    try:
        yield running, wait_for(inventory, running)["all"]
    finally:
        running.kill()
        running.communicate()


def test_it_starts_by_its_path_where_the_package_ansible_hides_the_collection(tmp_path: Path) -> None:
    (tmp_path / "ansible_collections").mkdir()
    (tmp_path / "ansible_collections" / "__init__.py").touch()
    folder = ROOT / ".build" / "collections" / Path(*MODULE.split("."))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, str(folder), "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[:11]) == (0, "usage: lab ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_gets_a_signal(lab: tuple[subprocess.Popen[str], Any], number: signal.Signals) -> None:
    running, inventory = lab
    control = inventory["vars"]["teams_upgrade_lab_control"]
    with urllib.request.urlopen(f"{control}/state", timeout=5) as answer:
        found = json.load(answer)
    assert found["now"] == "2026-12-01T08:00:00+00:00"
    assert [one["user"] for one in found["users"]] == ["alice@contoso.com", "bob@fabrikam.com"]
    port = inventory["children"]["skype_servers"]["hosts"]["sfb01"]["ansible_port"]
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    running.send_signal(number)
    output, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (0, "")
    assert output.startswith(f"# The lab is up, its control endpoint is {control}\n")
    assert yaml.safe_load(output)["all"] == inventory


def test_the_inventory_is_nobody_elses_business(lab: tuple[subprocess.Popen[str], Any], tmp_path: Path) -> None:
    assert (tmp_path / "inventory.yml").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seed", "none.yml"], "There is no seed file none.yml."),
        (["--engine", "steam"], "There is no engine 'steam'; there are embedded and pwsh."),
        (["--auth", "basic,steam"], "There is no authentication steam; there are basic, certificate,"),
        (
            ["--auth", "certificate"],
            "Client certificates need TLS: set authentication.https in the seed, or give --https.",
        ),
        (["--latency", "fast"], "a latency of 'fast' is not understood"),
        (["--users-csv", "none.csv"], "The export none.csv cannot be read: No such file or directory."),
        (["--inventory", "/nonexistent/i.yml"], "The inventory cannot be written to /nonexistent/i.yml"),
    ],
)
def test_a_mistake_is_one_sentence(arguments: list[str], message: str) -> None:
    running = program(*arguments)
    _dummy, errors = running.communicate(timeout=20)
    assert running.returncode == 2
    assert message in errors
    assert errors.count("\n") == 1


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        running = program("--port", str(taken.getsockname()[1]))
        _dummy, errors = running.communicate(timeout=20)
    assert running.returncode == 2
    assert errors == "The lab cannot start: Address already in use; give a --port that is free.\n"


@pytest.mark.parametrize("absent", [{"psrpcore": "psrpcore"}, {"cryptography": "cryptography", "yaml": "PyYAML"}])
def test_a_library_that_is_missing_is_one_sentence(tmp_path: Path, absent: Mapping[str, str]) -> None:
    for module in absent:
        (tmp_path / f"{module}.py").write_text(f"raise ImportError({module!r})\n")
    running = program(before=[tmp_path])
    output, errors = running.communicate(timeout=20)
    assert (running.returncode, output, errors.count("\n")) == (2, "", 1)
    # Without cryptography, psrpcore is of no use either.
    names = ", ".join(dict.fromkeys(["psrpcore", *absent.values()]))
    assert errors.startswith(
        f"The simulated hosts need what is missing in this Python: {names}. Install it: {sys.executable} -m pip "
    )
