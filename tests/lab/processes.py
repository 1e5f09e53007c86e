# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The processes that a run of ansible-playbook has started: its modules, and its connections to hosts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CONNECTION = "connection_cli_stub"


def processes(folder: Path, part: str) -> Iterator[int]:
    """The processes of the controller with that folder that have a text in their command line."""
    return (pid for pid, command in _of(folder) if part.encode() in command)


def modules(folder: Path) -> list[int]:
    """The processes of the controller's modules: each is a Python that reads the module from its input, and names nothing else."""
    return [pid for pid, command in _of(folder) if command.count(b"\0") == 1 and b"python" in command]


def _of(folder: Path) -> Iterator[tuple[int, bytes]]:
    mark = f"ANSIBLE_HOME={folder}/home\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                yield int(process.name), (process / "cmdline").read_bytes()
        except OSError:
            continue


def connections(folder: Path) -> list[int]:
    """The processes of connections: each has another one beside it, which is its child."""
    found = list(processes(folder, CONNECTION))
    return sorted({parent_of(pid) for pid in found} & set(found))


def parent_of(pid: int) -> int:
    """The process that has started a process; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[1])


def ports(pid: int) -> set[int]:
    """The ports to which a process has connections over IPv4."""
    try:
        lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        own = set()
        for each in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                own.add(str(each.readlink()))
    except OSError:
        return set()
    return {int(fields[2].partition(":")[2], 16) for fields in lines if f"socket:[{fields[9]}]" in own}
