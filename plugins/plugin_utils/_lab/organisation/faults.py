# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that a test or a user orders: the next calls of a cmdlet fail, are slow, or lose their shell."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from ..contract.call import Call, Failure

_FILTERS = ("Filter", "LdapFilter")
_IDENTITIES = ("Identity", "UserSipAddress", "UserList")


@dataclass(frozen=True, slots=True)
class OrderedFault:
    """A fault of the next `times` calls (None: of all) of a cmdlet (`*`: of any), and only for `user` and on `host` where they are given.

    With `after` the cmdlet does its work first, and fails then. A fault with `seconds` only makes the call slow; one with `drop_shell`
    breaks the shell; a `silent` one does nothing and lets the cmdlet end without an error. A Move-CsUser with -Report writes the fault
    into its report, also the message of a silent one. One with `in_filters` meets calls whose filter names the user, too.
    """

    cmdlet: str
    message: str = ""
    user: str | None = None
    host: str | None = None
    times: int | None = 1
    terminating: bool = True
    after: bool = False
    drop_shell: bool = False
    silent: bool = False
    in_filters: bool = False
    seconds: float = 0.0
    error_id: str = "MicrosoftError"
    category: str = "NotSpecified"
    exception: str = "System.Exception"

    def failure(self) -> Failure:
        """Return the error record it makes."""
        return Failure(self.message, self.error_id, self.category, self.exception, self.terminating, self.user)


class Faults:
    """The ordered faults that are still to come; the oldest that fits a call happens first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[OrderedFault] = []

    def order(self, fault: OrderedFault) -> None:
        """Add a fault. Raises ValueError when it would do nothing."""
        if not (fault.message or fault.drop_shell or fault.silent or fault.seconds > 0):
            raise ValueError("a fault needs a message, seconds, drop_shell, or silent")
        if fault.times is not None and fault.times < 1:
            raise ValueError("a fault happens at least once")
        with self._lock:
            self._ordered.append(fault)

    def order_from(self, facts: Mapping[str, object]) -> OrderedFault:
        """Add a fault that is given as a mapping of its fields. Raises ValueError."""
        known = {field.name for field in fields(OrderedFault)}
        if unknown := sorted(set(facts) - known):
            raise ValueError(f"a fault has no {unknown[0]!r}; it has {', '.join(sorted(known))}")
        if not isinstance(facts.get("cmdlet"), str):
            raise ValueError("a fault needs the name of a cmdlet, or *")
        fault = OrderedFault(**facts)  # type: ignore[arg-type]
        self.order(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._ordered.clear()

    def ordered(self) -> list[OrderedFault]:
        """Return the faults that are still to come."""
        with self._lock:
            return list(self._ordered)

    def delay(self, call: Call) -> float:
        """Return how many seconds the call is slowed down, and count that fault as happened."""
        fault = self._take(call, slow=True)
        return fault.seconds if fault else 0.0

    def failing(self, call: Call) -> OrderedFault | None:
        """Return the fault that this call meets, and count it as happened."""
        return self._take(call, slow=False)

    def _take(self, call: Call, *, slow: bool) -> OrderedFault | None:
        with self._lock:
            for index, fault in enumerate(self._ordered):
                if (fault.seconds > 0) is slow and _meets(fault, call):
                    self._use(index)
                    return fault
        return None

    def _use(self, index: int) -> None:
        fault = self._ordered[index]
        if fault.times is None:
            return
        if fault.times == 1:
            del self._ordered[index]
        else:
            self._ordered[index] = replace(fault, times=fault.times - 1)


def _meets(fault: OrderedFault, call: Call) -> bool:
    if fault.cmdlet not in ("*", call.cmdlet) and fault.cmdlet.casefold() != call.cmdlet.casefold():
        return False
    if fault.host is not None and fault.host != call.host:
        return False
    if fault.user is None:
        return True
    user = _bare(fault.user)
    if fault.in_filters and any(user in _bare(str(call.parameters.get(name))) for name in _FILTERS):
        return True
    return user in {_bare(item) for name in _IDENTITIES for item in _texts(call.parameters.get(name))}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


def _bare(user: str) -> str:
    return user.strip().casefold().removeprefix("sip:")
