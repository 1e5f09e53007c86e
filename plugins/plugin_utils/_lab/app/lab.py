# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab: simulated hosts on loopback, the organisation behind them, and what tests and rehearsals steer them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from ..engine.interface import Engine
from ..organisation.clock import Clock
from ..organisation.faults import Faults
from ..organisation.journal import Journal
from ..organisation.latency import Latencies, latencies
from ..organisation.organisation import Organisation
from ..restricted.from_files import read_configurations
from ..seed.building import build_world
from ..seed.from_yaml import from_mapping, load
from ..seed.model import HostSeed, Seed, SeedError
from ..wsman.front import Front, HostSettings
from .inventory import inventory
from .signing_in import SigningIn, signing_in

_ADDRESS = "127.0.0.1"
# Makes an engine for an organisation.
EngineMaker = Callable[[Organisation], Engine]


class Lab:
    """The simulated hosts, from `start` to `close` or as a context manager.

    `seed` is a seed, a file, or the mapping that a file would hold. `hosts`, `clock` and `latency` take the place of the seed's.
    `restricted` is a folder with session configuration files, which every host that has their modules then offers by their names.
    Raises SeedError, and DataFileError for a file in that folder that is none.
    """

    def __init__(
        self,
        seed: Seed | Path | str | Mapping[str, Any] | None = None,
        *,
        hosts: Sequence[HostSeed] | None = None,
        engine: str | EngineMaker = "embedded",
        latency: Latencies | str | None = None,
        clock: Clock | None = None,
        port: int = 0,
        restricted: Path | None = None,
    ) -> None:
        read = _seed(seed)
        self.seed = read if hosts is None else replace(read, hosts=tuple(hosts))
        self.clock = clock or Clock(self.seed.clock, self.seed.clock_rate)
        self.journal = Journal()
        self.faults = Faults()
        self.latencies = latency if isinstance(latency, Latencies) else latencies(latency or self.seed.latency)
        self.organisation = Organisation(build_world(self.seed, self.clock), self.journal, self.faults, self.latencies)
        self.configurations = read_configurations(restricted) if restricted is not None else {}
        self._engine = engine
        self._port = port
        self._front: Front | None = None
        self._signing_in: SigningIn | None = None
        self.control_url: str | None = None

    @property
    def front(self) -> Front:
        """The hosts' endpoints. Raises RuntimeError while the lab is not started."""
        if self._front is None:
            raise RuntimeError("the lab is not started")
        return self._front

    def start(self) -> None:
        """Start all hosts. Raises OSError when a port is taken, SeedError for an unknown engine or a sign-in that cannot work."""
        make = _maker(self._engine) if isinstance(self._engine, str) else self._engine
        self._signing_in = signing_in(self.seed, _ADDRESS)
        answering = make(self.organisation)
        answering.configurations = self.configurations
        front = Front(answering, self._settings(self._signing_in), _ADDRESS)
        try:
            front.start()
        except BaseException:
            front.close()
            self._signing_in.close()
            raise
        self._front = front
        if self.seed.authentication.second_hop:
            self.organisation.second_hop = lambda host, shell: front[host].delegates(shell)

    def close(self) -> None:
        """Stop all hosts and close their shells."""
        if self._front is not None:
            self._front.close()
            self._front = None
        if self._signing_in is not None:
            self._signing_in.close()

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def inventory(self) -> dict[str, Any]:
        """Return a ready inventory for Ansible. Raises RuntimeError while the lab is not started."""
        addresses = {name: (endpoint.address, endpoint.port) for name, endpoint in self.front.endpoints.items()}
        variables = self._signing_in.variables if self._signing_in is not None else {}
        return inventory(self.seed, addresses, variables, self.control_url)

    def _settings(self, signing_in: SigningIn) -> list[HostSettings]:
        return [
            HostSettings(
                name=host.name,
                credentials=self.seed.accounts,
                port=host.port or (self._port + number if self._port else 0),
                max_shells_per_user=host.max_shells,
                tls=signing_in.tls,
                authentication=signing_in.authentication,
            )
            for number, host in enumerate(self.seed.hosts)
        ]


def _seed(given: Seed | Path | str | Mapping[str, Any] | None) -> Seed:
    if isinstance(given, Seed):
        return given
    if given is None:
        return Seed()
    return from_mapping(given, Path()) if isinstance(given, Mapping) else load(Path(given))


def _maker(name: str) -> EngineMaker:
    if name == "embedded":
        from ..engine.embedded.engine import EmbeddedEngine

        return EmbeddedEngine
    if name == "pwsh":
        from ..engine.pwsh.engine import PwshEngine
        from ..engine.pwsh.processes import PwshMissing

        def make(organisation: Organisation) -> Engine:
            try:
                return PwshEngine(organisation)
            except PwshMissing as missing:
                raise SeedError(str(missing)) from None

        return make
    raise SeedError(f"There is no engine {name!r}; there are embedded and pwsh.")
