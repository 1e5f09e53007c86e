# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of a pipeline's error and warning streams as plain values."""

from __future__ import annotations

from typing import Any

from .command import ErrorEntry

# System.Management.Automation.ErrorCategory travels as a number.
_CATEGORIES = (
    "NotSpecified OpenError CloseError DeviceError DeadlockDetected InvalidArgument InvalidData InvalidOperation InvalidResult "
    "InvalidType MetadataError NotImplemented NotInstalled ObjectNotFound OperationStopped OperationTimeout SyntaxError ParserError "
    "PermissionDenied ResourceBusy ResourceExists ResourceUnavailable ReadError WriteError FromStdErr SecurityError ProtocolError "
    "ConnectionError AuthenticationError LimitsExceeded QuotaExceeded NotEnabled"
).split()


def error_entry(record: Any) -> ErrorEntry:
    """Return what a pypsrp ErrorRecord says."""
    return ErrorEntry(
        message=_message_of(record),
        id=record.fq_error or "",
        category=_category_of(record.category),
        exception=_exception_of(record),
        target=_target_of(record),
    )


def warning_text(record: Any) -> str:
    """Return the text of a pypsrp WarningRecord."""
    return str(record.message)


def _message_of(record: Any) -> str:
    # With details PowerShell shows these in place of the exception's own message.
    for candidate in (record.details_message, str(record), record.message):
        if candidate and candidate != "None":
            return str(candidate).strip()
    return record.fq_error or "The host gave an error without a message."


def _category_of(number: int | None) -> str:
    return _CATEGORIES[number] if number is not None and 0 <= number < len(_CATEGORIES) else "NotSpecified"


def _exception_of(record: Any) -> str:
    types = getattr(record.exception, "types", None) or [record.reason or ""]
    return str(types[0]).removeprefix("Deserialized.")


def _target_of(record: Any) -> str | None:
    target = getattr(record, "target_object", None)
    if target is None:
        return record.target_name or None
    text = getattr(target, "to_string", target)
    return None if text is None else str(text)
