# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: every call of a cmdlet that reached the organisation, and every shell. Tests and rehearsals use it as their witness."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from ..contract.call import Call, Credential, Outcome

MASK = "********"
READING_VERBS = frozenset({"Get", "Test", "Find", "Debug", "Select", "Import", "Connect", "Disconnect"})
_SECRET = frozenset(
    {"accesstokens", "aadaccesstoken", "msaccesstoken", "managedservicesecret", "certificate", "password"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. `outcome` is done, failed, prompted, whatif or lost; `users` are the SIP addresses that a writing call touched."""

    number: int
    time: str
    host: str
    shell: str
    user: str
    module: str
    cmdlet: str
    parameters: Mapping[str, object]
    outcome: str
    errors: Sequence[str] = ()
    warnings: int = 0
    users: Sequence[str] = ()

    @property
    def writes(self) -> bool:
        """Whether the verb is one that changes something, whatever came of the call."""
        return self.cmdlet.partition("-")[0] not in READING_VERBS


@dataclass(frozen=True, slots=True)
class ShellRecord:
    """A shell's life; times are the lab's, ISO 8601."""

    host: str
    shell: str
    opened: str
    closed: str | None = None


@dataclass
class Journal:
    """All calls in the order in which they ended. Thread-safe."""

    _entries: list[Entry] = field(default_factory=list)
    _shells: dict[tuple[str, str], ShellRecord] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, moment: datetime, call: Call, outcome: Outcome, users: Sequence[str] = ()) -> None:
        """Write a call down, its secrets masked."""
        shown = {name: _shown(name, value) for name, value in call.parameters.items()}
        with self._lock:
            self._entries.append(
                Entry(
                    number=len(self._entries) + 1,
                    time=moment.isoformat(),
                    host=call.host,
                    shell=call.shell,
                    user=call.user,
                    module=call.module,
                    cmdlet=call.cmdlet,
                    parameters=shown,
                    outcome=_verdict(call, outcome),
                    errors=tuple(failure.message for failure in outcome.failures),
                    warnings=len(outcome.warnings),
                    users=tuple(users),
                )
            )

    def entries(self, cmdlet: str | None = None, *, host: str | None = None, writes: bool | None = None) -> list[Entry]:
        """Return the calls, oldest first: of one cmdlet, of one host, only those that write, or only those that read."""
        with self._lock:
            found = list(self._entries)
        return [
            entry
            for entry in found
            if (cmdlet is None or entry.cmdlet.casefold() == cmdlet.casefold())
            and (host is None or entry.host == host)
            and (writes is None or entry.writes is writes)
        ]

    def shells(self, host: str | None = None, *, still_open: bool = False) -> list[ShellRecord]:
        """Return the shells that were ever opened, or those that are open now."""
        with self._lock:
            found = list(self._shells.values())
        return [
            shell
            for shell in found
            if (host is None or shell.host == host) and not (still_open and shell.closed is not None)
        ]

    def shell_opened(self, moment: datetime, host: str, shell: str) -> None:
        """Note that a shell is there."""
        with self._lock:
            self._shells[host, shell] = ShellRecord(host, shell, moment.isoformat())

    def shell_closed(self, moment: datetime, host: str, shell: str) -> None:
        """Note that a shell is gone. One that was never there is ignored."""
        with self._lock:
            record = self._shells.get((host, shell))
            if record is not None and record.closed is None:
                self._shells[host, shell] = replace(record, closed=moment.isoformat())

    def clear(self) -> None:
        """Forget the calls; shells are kept."""
        with self._lock:
            self._entries.clear()

    def rows(
        self, cmdlet: str | None = None, *, host: str | None = None, writes: bool | None = None
    ) -> list[dict[str, object]]:
        """Return the same as `entries`, as plain values ready for JSON."""
        found = self.entries(cmdlet, host=host, writes=writes)
        return [{**asdict(entry), "writes": entry.writes} for entry in found]


def _verdict(call: Call, outcome: Outcome) -> str:
    if outcome.drop_shell:
        return "lost"
    if outcome.prompt is not None:
        return "prompted"
    if outcome.failures:
        return "failed"
    return "whatif" if call.parameters.get("WhatIf") else "done"


def _shown(name: str, value: object) -> object:
    if isinstance(value, Credential):
        return {"user": value.user, "password": MASK}
    if name.casefold() in _SECRET:
        return MASK
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_shown("", item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), item) for key, item in value.items()}
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
