# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task of a playbook in the processes that Ansible makes for it, so that each can be killed: of a playbook, a connection and a module.

The connection's process runs Ansible's own loop for persistent connections, and ends as under Ansible: when that of the playbook has
ended. The module's runs the module's entry function and reaches the connection through its socket. All three are forked from a program that
has everything loaded already, which saves most of the seconds that Ansible takes to start them.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.controller import COLLECTION, COLLECTIONS, ROOT

CONNECTION = f"{COLLECTION}.runspace"
MODULES = f"ansible_collections.{COLLECTION}.plugins.modules"
Pids = Mapping[str, int]
END_SECONDS = 60.0


class Tasks:
    """Starts tasks one after the other. It is a process of its own, without threads, so that it can fork."""

    def __init__(self) -> None:
        paths = os.pathsep.join(map(str, (COLLECTIONS, ROOT)))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            env=os.environ | {"PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, folder: Path, options: Mapping[str, Any], module: str, args: Mapping[str, Any]) -> StartedTask:
        """Start a task with the options of its connection. `folder` has a short path, since the socket is in it."""
        assert self._process.stdin is not None
        orders = {"folder": str(folder), "options": dict(options), "module": module, "args": dict(args)}
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()
        return StartedTask(self._line, folder)

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line


class StartedTask:
    """A task at work. What it says is read by a thread, so that anybody may ask for its processes while it works."""

    def __init__(self, line: Callable[[], dict[str, Any]], folder: Path) -> None:
        self._folder = folder
        self._pids: Pids = {}
        self._started = threading.Event()
        self._ended: SimpleQueue[None] = SimpleQueue()
        threading.Thread(target=self._read, args=(line,), daemon=True).start()

    @property
    def pids(self) -> Pids:
        """Its processes: playbook, connection and module."""
        assert self._started.wait(END_SECONDS)
        return self._pids

    def result(self) -> dict[str, Any] | None:
        """What the module has answered, once the playbook has ended; None where it was killed before."""
        self._ended.get(timeout=END_SECONDS)
        text = (self._folder / "result").read_text(encoding="utf-8")
        found: dict[str, Any] | None = json.loads(text) if text.endswith("}\n") else None
        return found

    def _read(self, line: Callable[[], dict[str, Any]]) -> None:
        self._pids = line()
        self._started.set()
        line()
        self._ended.put(None)


def serve() -> None:
    """Do the tasks on the standard input, a line each."""
    from ansible.plugins.loader import connection_loader, init_plugin_loader

    init_plugin_loader()
    connection_loader.get(CONNECTION, class_only=True)
    importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.plugin_utils._runspace.worker")
    importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.module_utils._run.recording")
    for line in sys.stdin:
        _do(json.loads(line))


def _do(orders: Mapping[str, Any]) -> None:
    importlib.import_module(f"{MODULES}.{orders['module']}")
    if (pid := os.fork()) == 0:
        _in_a_process(lambda: _playbook(orders))
    os.waitpid(pid, 0)
    _say({"ended": pid})


def _playbook(orders: Mapping[str, Any]) -> None:
    """Start the connection, then the module, and end when the module has."""
    os.setsid()
    folder, own = Path(orders["folder"]), os.getpid()
    (folder / "result").touch()
    reading, writing = os.pipe()
    if (connection := os.fork()) == 0:
        os.close(reading)
        _in_a_process(lambda: _connection(orders, writing, own))
    os.close(writing)
    with os.fdopen(reading) as ready:
        ready.read()
    if (module := os.fork()) == 0:
        _in_a_process(lambda: _module(orders))
    _say({"playbook": own, "connection": connection, "module": module})
    os.waitpid(module, 0)


def _connection(orders: Mapping[str, Any], ready: int, playbook: int) -> None:
    from ansible.cli.scripts.ansible_connection_cli_stub import ConnectionProcess
    from ansible.playbook.play_context import PlayContext

    sys.stdout = io.StringIO()
    context = PlayContext()
    context.connection = CONNECTION
    process = ConnectionProcess(os.fdopen(ready, "w"), context, _socket(orders), str(Path.cwd()), "task", playbook)
    process.start(orders["options"])
    process.run()


def _module(orders: Mapping[str, Any]) -> None:
    from ansible.module_utils import basic

    given = {**orders["args"], "_ansible_socket": _socket(orders), "_ansible_diff": True}
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    answer = os.open(Path(orders["folder"]) / "result", os.O_WRONLY)
    os.dup2(answer, 1)
    importlib.import_module(f"{MODULES}.{orders['module']}").main()


def _socket(orders: Mapping[str, Any]) -> str:
    return str(Path(orders["folder"]) / "socket")


def _in_a_process(work: Callable[[], None]) -> None:
    """Do the work of a process that was just forked, and end it."""
    code = 1
    try:
        work()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def _say(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
