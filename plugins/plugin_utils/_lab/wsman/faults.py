# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The faults that a WSMan service answers with, by Windows error code."""

from __future__ import annotations


class WSManFault(Exception):
    """A request is refused. `code` is the Windows error code by which clients tell faults apart."""

    def __init__(self, subcode: str, code: int, message: str) -> None:
        super().__init__(message)
        self.subcode = subcode
        self.code = code
        self.message = message


def timed_out() -> WSManFault:
    """Nothing came within the request's OperationTimeout; a client waiting for output asks again."""
    text = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout."
    return WSManFault("w:TimedOut", 0x80338029, text)


def shell_not_found(shell_id: str | None) -> WSManFault:
    """The request names a shell that is not, or no longer, there."""
    return WSManFault(
        "w:InvalidSelectors",
        0x8033805B,
        f"The request for the Windows Remote Shell with ShellId {shell_id} failed because the shell was not found on the server. "
        "Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the server. "
        "Provide the correct ShellId or create a new shell and retry the operation.",
    )


def command_not_found() -> WSManFault:
    """The request names a command that is not, or no longer, in the shell."""
    return WSManFault(
        "w:InvalidSelectors",
        0x8033805B,
        "The Windows Remote Shell received a request to perform an operation on a command identifier that does not exist. Either the "
        "command has completed execution or the client specified an invalid command identifier.",
    )


def invalid_timeout(duration: str) -> WSManFault:
    """The request's OperationTimeout is no duration, or a negative one."""
    return WSManFault(
        "a:InvalidMessageInformationHeader",
        0x8033800F,
        "The WS-Management service cannot process the request. The XML contains an invalid timeout field in the SOAP header: "
        f"{duration}.",
    )


def aborted() -> WSManFault:
    """The shell went away while the request waited in it."""
    text = "The I/O operation has been aborted because of either a thread exit or an application request."
    return WSManFault("w:InternalError", 995, text)


def too_many_shells() -> WSManFault:
    """The user has as many shells as the quota allows."""
    return WSManFault(
        "w:QuotaLimit",
        0x803381A5,
        "The WS-Management service cannot process the request. The maximum number of concurrent shells for this user has been "
        "exceeded. Close existing shells or raise the quota for this user.",
    )


def too_many_operations() -> WSManFault:
    """The user is throttled."""
    return WSManFault(
        "w:QuotaLimit",
        0x803381A6,
        "The WS-Management service cannot process the request. The maximum number of concurrent operations for this user has been "
        "exceeded. Close existing operations for this user, or raise the quota for this user.",
    )


def unknown_configuration(name: str, host: str) -> WSManFault:
    """There is no session configuration of that name."""
    return WSManFault(
        "w:InvalidResourceURI",
        0x8033803B,
        f"The WS-Management service cannot process the request. Cannot find the {name} session configuration in the WSMan: drive "
        f"on the {host} computer.",
    )


def unsupported_action(action: str) -> WSManFault:
    """The action is none that this service knows."""
    text = f"The WS-Management service cannot process the request because the action {action} is not supported."
    return WSManFault("a:ActionNotSupported", 0x80338004, text)


def malformed(reason: str) -> WSManFault:
    """The request cannot be read."""
    return WSManFault(
        "w:SchemaValidationError", 0x80338041, f"The SOAP XML in the message does not match the schema: {reason}."
    )
