# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a task ends that cannot be done at all."""

from __future__ import annotations

from typing import NoReturn

from .._connection.client import RemoteFault
from .._model.decision import Reason, Scope


class ModuleFailure(Exception):
    """The task ends as failed, for a reason that concerns everybody."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


def refuse_options(problem: str) -> NoReturn:
    """End the task for options that make no sense. Raises ModuleFailure."""
    raise ModuleFailure(Reason("invalid_option", problem, "Nothing was sent.", Scope.ORGANISATION))


def without_session(error: RemoteFault) -> Reason:
    """Return why nobody can be worked on: there is no session with the host."""
    return Reason(error.fault.code, error.fault.message, error.fault.remedy, Scope.ORGANISATION)
