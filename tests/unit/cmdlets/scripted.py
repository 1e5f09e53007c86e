# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection without a host behind it: it gives the answers of the test, one at a time and in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote, RemoteFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import SessionFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.prepare import Call, prepare
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.wait import Decide

Reply = Mapping[str, Any]
OK: Reply = {"state": "completed"}
# The place of commands that no session takes for the moment.
NOWHERE = "nowhere.contoso.com"


def failing(message: str, id: str = "MoveError") -> Reply:
    """The answer to a call that fails with this error."""
    return {"state": "failed", "errors": [{"message": message, "id": id, "category": "NotSpecified"}]}


def answering(**replies: list[dict[str, Any]] | Reply) -> Scripted:
    """A host that answers these cmdlets (with _ for -) with objects, or as given."""

    def reply(command: Mapping[str, Any]) -> Reply:
        found = replies[command["name"].replace("-", "_")]
        return {"state": "completed", "output": found} if isinstance(found, list) else found

    return Scripted(reply)


def still(changes: Mapping[UserId, Change]) -> Decide:
    """What is decided where users read as before: the same changes."""
    return lambda users: {user: changes[user] for user in users}


def prepared(changes: Mapping[UserId, Change], host: Host) -> dict[UserId, Call]:
    """The changes with the commands that make them on a host."""
    return {user: prepare(change, host) for user, change in changes.items()}


def how(command: Mapping[str, Any]) -> tuple[str, set[str]]:
    """In which way a call names users, and the addresses that it names."""
    asked = command["parameters"]
    if "LdapFilter" in asked:
        return "ldap", set(re.findall(r"=([^()|]+)\)", asked["LdapFilter"]))
    if "Filter" in asked:
        return "filter", set(re.findall(r"'([^']+)'", asked["Filter"]))
    if command["input"]:
        return "pipeline", set(command["input"])
    return "single", {asked["Identity"]}


class Scripted:
    """The four calls of a connection. `answer` is asked for each command that starts; `started` holds the commands that did."""

    def __init__(
        self, answer: Callable[[Mapping[str, Any]], Reply], *, breaks_after: int | None = None, sessions: int = 1
    ) -> None:
        self._answer = answer
        self._breaks_after = breaks_after
        self._sessions = sessions
        self._queues: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
        self._sizes: dict[str, int] = {}
        self._cancelled: set[str] = set()
        self.started: list[Mapping[str, Any]] = []
        self.read_only: list[bool] = []
        self.first: list[bool] = []
        self.at_once: list[int | None] = []

    def remote(self, *, read_only: bool = False) -> Remote:
        """The client of this connection."""
        remote = Remote(self, read_only=read_only)
        remote.sessions = self._sessions
        return remote

    def hello(self, request: str) -> str:
        """Never asked for here."""
        raise NotImplementedError(request)

    def submit(self, request: str) -> str:
        """Queue commands."""
        asked = json.loads(request)
        self.read_only.append(asked["read_only"])
        self.first.append(asked["first"])
        self.at_once.append(asked["at_once"])
        name = asked.get("batch") or f"b{len(self.read_only)}"
        queue, first = self._queues.setdefault(name, []), self._sizes.get(name, 0)
        queue.extend(enumerate(asked["commands"], start=first))
        self._sizes[name] = first + len(asked["commands"])
        return json.dumps({"batch": name})

    def collect(self, request: str) -> str:
        """Hand over one answer; a connection that breaks raises."""
        asked = json.loads(request)
        queue = self._queues[asked["batch"]]
        if self._breaks_after is not None and len(self.started) >= self._breaks_after:
            raise RemoteFault(SessionFault("connection", "The connection's process failed.", "Run again."))
        index, command = queue.pop(0)
        if asked["batch"] in self._cancelled:
            reply: Reply = {"state": "cancelled"}
        else:
            self.started.append(command)
            reply = self._answer(command)
        return json.dumps(
            {"answers": [{"index": index, **reply}], "outstanding": len(queue), "waiting": self._idle(queue)}
        )

    def _idle(self, queue: Sequence[tuple[int, Mapping[str, Any]]]) -> int:
        """Return how many commands wait for a session: those beyond the sessions, and those that none may take."""
        allowed = self.at_once[-1]
        under_way = self._sessions if allowed is None else min(self._sessions, allowed)
        untaken = [command for _index, command in queue if command.get("near") == NOWHERE]
        return max(len(untaken), len(queue) - under_way)

    def cancel(self, request: str) -> str:
        """Drop what has not started."""
        batch = json.loads(request)["batch"]
        self._cancelled.add(batch)
        return json.dumps({"cancelled": len(self._queues[batch])})
