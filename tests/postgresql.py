# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PostgreSQL server for tests: on loopback, in a folder of its own, as a user without privileges; its programs are the system's.

Debian and Ubuntu have them in the package `postgresql`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

USER = "ledger_owner"
PASSWORD = "not-2-be-shown"
# Nobody needs the data of a test after a crash.
SETTINGS = ("fsync=off", "synchronous_commit=on", "listen_addresses=127.0.0.1", "max_connections=30")


class PostgresqlMissing(Exception):
    """There is no server to start here. The text says why."""


def programs() -> Path:
    """Return the folder of the server's programs. Raises PostgresqlMissing."""
    places = [Path(found).parent for found in (shutil.which("initdb"),) if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return place
    raise PostgresqlMissing("There is no PostgreSQL server here (Debian's package postgresql): its tests are skipped.")


def unprivileged() -> str | None:
    """Return the user that runs the server where this one is root, as whom it refuses to run; None where it is not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise PostgresqlMissing("There is no user without privileges here to run PostgreSQL: its tests are skipped.")


class PostgresqlServer:
    """A server that runs until it is closed. `new_database` returns the URL of an empty database; `password` is its user's."""

    password = PASSWORD

    def __init__(self) -> None:
        self._programs, self._user = programs(), unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.port = _free_port()

    def __enter__(self) -> PostgresqlServer:
        secret = self._folder / "password"
        secret.write_text(f"{PASSWORD}\n", encoding="ascii")
        if self._user is not None:
            for path in (self._folder, secret):
                shutil.chown(path, self._user)
        data = str(self._folder / "data")
        who = [f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={secret}"]
        self._run("initdb", "-D", data, *who, "--encoding=UTF8", "--no-sync", "--no-instructions")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = " ".join(f"-c {each}" for each in (*SETTINGS, f"unix_socket_directories={self._folder}"))
        options = ["-D", str(self._folder / "data"), "-l", str(self._folder / "log"), "-w", "-t", "60"]
        self._run("pg_ctl", "start", *options, "-o", f"-p {self.port} {settings}")

    def stop(self) -> None:
        """Stop the server at once."""
        self._run("pg_ctl", "stop", "-D", str(self._folder / "data"), "-m", "immediate")

    def new_database(self) -> str:
        """Return the URL of a new, empty database, without the password."""
        name = f"ledger_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}", database="postgres")
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def connect(self, url: str = "", *, database: str = "") -> psycopg.Connection[Any]:
        """Return a connection of the server's owner to the database of a URL, or to one by name."""
        name = database or url.rpartition("/")[2]
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=name, autocommit=True
        )

    def execute(self, statement: str, url: str = "", *, database: str = "") -> list[Any]:
        """Run a statement, and return its rows."""
        with self.connect(url, database=database) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = [str(self._programs / program), *arguments]
        # To a file: the server keeps what it was given open, and a pipe would never end.
        with tempfile.TemporaryFile() as output:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", user=self._user, check=False
            )
            output.seek(0)
            if ended.returncode:
                text = output.read().decode(errors="replace")
                raise subprocess.CalledProcessError(ended.returncode, command, text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
