# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions that carry why something cannot be had or done."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from .decision import Reason

P = ParamSpec("P")
T = TypeVar("T")


class Failure(Exception):
    """Something that is read or done as a whole cannot be; `reason` says why. Where nothing catches it, the task fails."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


class NotOffered(Failure):
    """The host lacks the cmdlet or one of the parameters that the call needs; `reason` tells which."""


class InvalidOption(ValueError):
    """An option holds what it cannot hold. `problem` says what is wrong, `remedy` what to do."""

    def __init__(self, problem: str, remedy: str = "Nothing was sent.") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def read_or_reason(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Reason:
    """Return what `read` returns, or the reason why it failed: for facts in which a failed read is a value (R11).

    Raises NotOffered: what a host lacks is no failed read.
    """
    try:
        return read(*args, **kwargs)
    except NotOffered:
        raise
    except Failure as failure:
        return failure.reason
