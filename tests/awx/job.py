# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs jobs as AWX does, without AWX: a private data directory, sent to `ansible-runner worker`, whose events are read back.

What AWX writes into the directory is in awx/main/tasks/jobs.py (BaseTask.run, RunJob.build_args, build_env, build_extra_vars_file,
get_password_prompts), the variables of a job in awx/main/models/unified_jobs.py (awx_meta_vars), the inventory and its slices in
awx/main/models/inventory.py (get_script_data), how a job is sent and cancelled in awx/main/tasks/receptor.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import yaml

ansible_runner = pytest.importorskip("ansible_runner")

BIN = Path(sys.executable).parent
PROMPTS = {r"SSH password:\s*?$": "ssh_password", r"Password:\s*?$": "ssh_password"}


class Unsafe(yaml.SafeDumper):
    """Writes every text of extra variables as one that is no template (awx/main/utils/safe_yaml.py)."""

    def represent_data(self, data: Any) -> Any:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


@dataclass(frozen=True)
class Launch:
    """What a job is launched with. `credentials`: the environment that they inject. `answers`: what a survey makes of its fields.

    `user` and `password`: of the Machine credential. `workflow`: the number and name of the workflow job. `slice`: its number and count.
    """

    playbook: str
    inventory: Mapping[str, Any]
    answers: Mapping[str, Any] = field(default_factory=dict)
    template_vars: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = ""
    check: bool = False
    template: str = "Teams upgrade - daily job"
    workflow: tuple[int, str] | None = None
    slice: tuple[int, int] = (1, 1)
    arguments: Sequence[str] = ()


@dataclass(frozen=True)
class Ended:
    """How a job ended, with the events that AWX keeps, and what the worker left in its private data directory."""

    status: str
    rc: int | None
    events: Sequence[Mapping[str, Any]]
    folder: Path

    @property
    def output(self) -> str:
        return "\n".join(str(event.get("stdout", "")) for event in self.events)

    @property
    def artifacts(self) -> Mapping[str, Any]:
        """The artifacts of the job, as RunnerCallback.event_handler takes them (awx/main/tasks/callback.py)."""
        found = [event.get("event_data", {}).get("artifact_data") for event in self.events]
        return next((dict(each) for each in reversed(found) if each), {})


def sliced(inventory: Mapping[str, Any], number: int, count: int) -> dict[str, Any]:
    """What AWX makes of an inventory for a slice: every COUNT-th host by name, and the groups with those of their hosts."""
    hosts = sorted(inventory["_meta"]["hostvars"])[number - 1 :: count]
    groups = {
        name: dict(group) | {"hosts": [host for host in group.get("hosts", ()) if host in hosts]}
        for name, group in inventory.items()
        if name != "_meta"
    }
    return groups | {"_meta": {"hostvars": {host: inventory["_meta"]["hostvars"][host] for host in hosts}}}


class Job:
    """A job, from its private data directory to its end. `folder` is short: the connection's sockets are below it."""

    def __init__(self, number: int, launch: Launch, project: Path, folder: Path, home: Path) -> None:
        self.number, self.launch, self.home = number, launch, home
        self.sent, self.here = folder / f"awx_{number}", folder / f"r{number}"
        self.process: subprocess.Popen[bytes] | None = None
        self.output = folder / f"stream-{number}"
        for name in ("inventory", "env", "cp"):
            (self.sent / name).mkdir(parents=True)
        shutil.copytree(project, self.sent / "project")

    def start(self) -> None:
        """Send the job to a worker, which begins it."""
        launch = self.launch
        script = f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(sliced(launch.inventory, *launch.slice))!r})\n"
        (self.sent / "inventory" / "hosts").write_text(script, encoding="utf-8")
        (self.sent / "inventory" / "hosts").chmod(0o700)
        (self.sent / "env" / "extravars").write_text(self.extra_vars(), encoding="utf-8")
        (self.sent / "env" / "cmdline").write_text(
            ansible_runner.utils.args2cmdline(*self.arguments()), encoding="utf-8"
        )
        (self.sent / "env" / "settings").write_text(
            json.dumps({"suppress_ansible_output": True, "suppress_output_file": True}), encoding="utf-8"
        )
        sent = self.output.with_name(f"sent-{self.number}")
        with sent.open("wb") as stream:
            self.transmit(stream)
        self.here.mkdir()
        with sent.open("rb") as stream, self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(BIN / "ansible-runner"), "worker", "--private-data-dir", str(self.here)],
                stdin=stream,
                stdout=output,
                env={"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(self.home), "LANG": "C.UTF-8"},
                cwd=self.home,
            )

    def transmit(self, stream: BinaryIO) -> None:
        """Write what AWX sends to a worker."""
        password = self.launch.password
        ansible_runner.interface.run(
            streamer="transmit",
            _output=stream,
            private_data_dir=str(self.sent),
            ident=self.number,
            playbook=self.launch.playbook,
            inventory=str(self.sent / "inventory" / "hosts"),
            passwords=dict.fromkeys(PROMPTS, password) if password else {"": ""},
            suppress_env_files=True,
            envvars=self.environment(),
            fact_cache_type="",
        )

    def cancel(self) -> None:
        """Cancel the job: receptor ends the worker, which cancels what it runs."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)

    def ended(self, timeout: float = 240) -> Ended:
        """Wait for the end, and read what came back."""
        assert self.process
        try:
            self.process.wait(timeout)
        finally:
            self.process.kill()
        events: list[Mapping[str, Any]] = []

        def keep(event: Mapping[str, Any]) -> bool:
            events.append(event)
            return False

        with self.output.open("rb") as stream:
            result = ansible_runner.interface.run(
                streamer="process",
                _input=stream,
                private_data_dir=str(self.sent),
                ident=self.number,
                quiet=True,
                event_handler=keep,
            )
        ended = Ended(str(result.status), result.rc, events, self.here)
        print(ended.output)  # noqa: T201  pytest shows it when the test fails
        return ended

    def run(self) -> Ended:
        self.start()
        return self.ended()

    def extra_vars(self) -> str:
        """The file of extra variables. Those of the job template may be templates, answers of a survey may not."""
        launch = self.launch
        known: dict[str, Any] = {
            "job_id": self.number,
            "job_launch_type": "manual",
            "job_template_name": launch.template,
        }
        if launch.workflow:
            known |= {"workflow_job_id": launch.workflow[0], "workflow_job_name": launch.workflow[1]}
        given = {**launch.template_vars, **launch.answers}
        given |= {f"{prefix}_{name}": value for prefix in ("awx", "tower") for name, value in known.items()}
        safe = {name for name, value in launch.template_vars.items() if given[name] == value}
        return "".join(
            yaml.dump({name: value}, Dumper=yaml.SafeDumper if name in safe else Unsafe, default_flow_style=False)
            for name, value in given.items()
        )

    def arguments(self) -> list[str]:
        launch = self.launch
        arguments = ["--check"] if launch.check else []
        arguments += ["-u", launch.user or "root"]
        return [*arguments, *(["--ask-pass"] if launch.password else []), *launch.arguments]

    def environment(self) -> dict[str, str]:
        paths = ["/runner/requirements_collections", "~/.ansible/collections", "/usr/share/ansible/collections"]
        return {
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "AWX_PRIVATE_DATA_DIR": str(self.sent),
            "AWX_HOST": "https://awx.example.com",
            "JOB_ID": str(self.number),
            "INVENTORY_ID": "1",
            "MAX_EVENT_RES": "700000",
            "ANSIBLE_COLLECTIONS_PATH": ":".join(paths),
            **self.launch.credentials,
        }


def plain(text: str) -> str:
    """A console's text without colours, on one line."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())
