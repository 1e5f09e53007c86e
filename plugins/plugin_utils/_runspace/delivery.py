# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is certain of a request that failed: that it was not carried out, that it made no shell, that it is refused for good."""

from __future__ import annotations

from . import library
from .endpoint import SHELL_NOT_FOUND
from .psrp_pool import OPERATION_TIMEOUT
from .session_faults import ACCESS_DENIED
from .transport import NOT_TAKEN_STATUSES


def not_carried_out(error: BaseException) -> bool:
    """Return whether a request that failed so cannot have reached a runspace."""
    if isinstance(error, library.WSManFaultError):
        return bool(error.code == SHELL_NOT_FOUND)
    if isinstance(error, library.AuthenticationError | library.TooManyRedirects):
        return True
    if isinstance(error, library.WinRMTransportError):
        return error.code in NOT_TAKEN_STATUSES
    cause = error.args[0] if error.args else None
    return isinstance(cause, library.MaxRetryError) and isinstance(cause.reason, library.NewConnectionError)


def not_created(error: BaseException) -> bool:
    """Return whether a request for a shell that failed so cannot have made one."""
    if isinstance(error, library.WSManFaultError):
        return bool(error.code != OPERATION_TIMEOUT)
    return isinstance(error, library.SSLError | library.ConnectTimeout) or not_carried_out(error)


def is_refusal(error: BaseException) -> bool:
    """Return whether a host does not let us delete a shell, so that asking again does not help."""
    if isinstance(error, library.WSManFaultError):
        return bool(error.code == ACCESS_DENIED)
    return isinstance(error, library.AuthenticationError | library.SSLError | library.TooManyRedirects)
