# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for the tests: real pypsrp over HTTP, with its answers as plain values."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint
from pypsrp.complex_objects import GenericComplexObject, PSInvocationState
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import DEFAULT_CONFIGURATION_NAME, PowerShell, RunspacePool
from pypsrp.wsman import WSMan

USER, PASSWORD = "lab-admin", "Pässword 1"
STATES = {
    PSInvocationState.COMPLETED: "completed",
    PSInvocationState.FAILED: "failed",
    PSInvocationState.STOPPED: "stopped",
}
Parameters = Mapping[str, object] | Sequence[tuple[str | None, object]]


@dataclass(frozen=True)
class ErrorSeen:
    """An error record as a client sees it."""

    message: str
    error_id: str
    category: int
    exception: str
    reason: str
    target: object
    summary: str


@dataclass(frozen=True)
class Answer:
    """What a pipeline came to."""

    state: str
    output: list[Any]
    errors: list[ErrorSeen] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    verbose: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def error(self) -> ErrorSeen:
        """The only error."""
        (error,) = self.errors
        return error


def connect(endpoint: Endpoint, user: str = USER, password: str = PASSWORD, **more: Any) -> WSMan:
    """A WSMan client of an endpoint."""
    tls = bool(endpoint.certificate)
    return WSMan(
        endpoint.address,
        port=endpoint.port,
        username=user,
        password=password,
        ssl=tls,
        auth="basic",
        encryption="auto" if tls else "never",
        **more,
    )


class Client:
    """One open shell."""

    def __init__(self, pool: RunspacePool) -> None:
        self.pool = pool

    def pipeline(self, *commands: tuple[str, Parameters]) -> PowerShell:
        """A pipeline that is ready to be started."""
        pipeline = PowerShell(self.pool)
        for name, parameters in commands:
            pipeline.add_cmdlet(name)
            for key, value in parameters.items() if isinstance(parameters, Mapping) else parameters:
                if key is None:
                    pipeline.add_argument(value)
                else:
                    pipeline.add_parameter(key, value)
        return pipeline

    def ask(
        self,
        name: str,
        parameters: Parameters = (),
        *then: tuple[str, Parameters],
        items: Iterable[object] | None = None,
    ) -> Answer:
        """Run commands and return what came of them. `items` are the pipeline input."""
        pipeline = self.pipeline((name, parameters), *then)
        started = time.perf_counter()
        pipeline.invoke(input=None if items is None else (item for item in items))
        return answer(pipeline, time.perf_counter() - started)

    def script(self, text: str) -> Answer:
        """Run script text."""
        pipeline = PowerShell(self.pool)
        pipeline.add_script(text)
        pipeline.invoke()
        return answer(pipeline)


@contextmanager
def opened(
    endpoint: Endpoint, *, max_runspaces: int = 1, configuration: str = DEFAULT_CONFIGURATION_NAME, **more: Any
) -> Iterator[Client]:
    """Open a shell for a while. A shell that was dropped meanwhile needs no closing, whether or not its client has noticed."""
    with connect(endpoint, **more) as wsman:
        pool = RunspacePool(wsman, max_runspaces=max_runspaces, configuration_name=configuration)
        pool.open()
        try:
            yield Client(pool)
        finally:
            with contextlib.suppress(WSManFaultError):
                pool.close()


def answer(pipeline: PowerShell, seconds: float = 0.0) -> Answer:
    """What a pipeline that has ended came to."""
    streams = pipeline.streams
    return Answer(
        STATES[pipeline.state],
        [plain(item) for item in pipeline.output],
        [_error(record) for record in streams.error],
        [str(record.message) for record in streams.warning],
        [str(record.message) for record in streams.verbose],
        seconds,
    )


def _error(record: Any) -> ErrorSeen:
    return ErrorSeen(
        message=str(record),
        error_id=record.fq_error,
        category=record.category,
        exception=record.exception.types[0],
        reason=record.reason,
        target=plain(record.target_object),
        summary=record.message,
    )


def plain(value: Any) -> Any:
    """Objects as dicts of their properties, with their first type name under `type`."""
    if isinstance(value, GenericComplexObject):
        if "System.Enum" in value.types:
            return value.to_string
        properties = {**value.adapted_properties, **value.extended_properties}
        return {"type": value.types[0], **{name: plain(item) for name, item in properties.items()}}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return value
