# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of a pipeline's error and warning streams as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._connection.messages import ErrorRecord
from .clixml import value_of
from .error_texts import says_nothing, sentence, specific

# System.Management.Automation.ErrorCategory travels as a number.
_CATEGORIES = (
    "NotSpecified OpenError CloseError DeviceError DeadlockDetected InvalidArgument InvalidData InvalidOperation InvalidResult "
    "InvalidType MetadataError NotImplemented NotInstalled ObjectNotFound OperationStopped OperationTimeout SyntaxError ParserError "
    "PermissionDenied ResourceBusy ResourceExists ResourceUnavailable ReadError WriteError FromStdErr SecurityError ProtocolError "
    "ConnectionError AuthenticationError LimitsExceeded QuotaExceeded NotEnabled"
).split()


# The exceptions inside one another that are looked at.
_DEEPEST = 8
# Of a text of the host, so many characters are taken: nobody reads on, and each is looked at by many patterns.
_LONGEST = 8000
# An exception that travelled as text: its type, its message, and where it came from.
_TYPE = re.compile(
    r"^\s*(?:--->\s*)?(?:\(Inner Exception #\d+\) )?[A-Za-z_][\w.+`]*(?:Exception|Error)\w*(?: \(0x[0-9A-Fa-f]+\))?: "
)


def error_entries(records: Sequence[Any]) -> list[ErrorRecord]:
    """Return what the pypsrp ErrorRecords of a pipeline say: each text once, and none that says nothing beside one that does."""
    entries = [error_entry(record) for record in records]
    telling = [entry for entry in entries if not says_nothing(entry.message)] or entries[:1]
    first: dict[str, ErrorRecord] = {}
    for entry in telling:
        first.setdefault(entry.message, entry)
    return list(first.values())


def error_entry(record: Any) -> ErrorRecord:
    """Return what a pypsrp ErrorRecord says."""
    return ErrorRecord(
        message=" ".join(_sentences([_message_of(record), *_inside(record.exception)])),
        id=record.fq_error or "",
        category=_category_of(record.category),
    )


def warning_text(record: Any) -> str:
    """Return the text of a pypsrp WarningRecord."""
    return _cut(str(record.message))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text)} characters)"


def _message_of(record: Any) -> str:
    # With details PowerShell shows these in place of the exception's own message.
    for candidate in (record.details_message, str(record), record.message):
        if candidate and candidate != "None":
            return _cut(str(candidate).strip())
    return record.fq_error or "The host gave an error without a message."


def _sentences(texts: Sequence[str]) -> list[str]:
    kept = specific(texts)
    return kept if len(kept) == 1 else [sentence(text) for text in kept]


def _inside(exception: Any, depth: int = _DEEPEST) -> Iterator[str]:
    """Yield the messages of the exceptions inside one, which travel as objects or as text."""
    properties = _properties(exception)
    for each in (_listed(properties.get("InnerExceptions")) or [properties.get("InnerException")]) if depth else ():
        if isinstance(each, str):
            yield _first_line(each[:_LONGEST])
        elif each is not None:
            message = str(_properties(each).get("Message") or "")
            yield _cut(message) or _first_line(str(getattr(each, "to_string", None) or "")[:_LONGEST])
            yield from _inside(each, depth - 1)


def _properties(exception: Any) -> Mapping[str, Any]:
    return exception if isinstance(exception, dict) else getattr(exception, "adapted_properties", None) or {}


def _listed(value: Any) -> list[Any]:
    """Return the items of a list, which pypsrp leaves as CLIXML inside an object where it does not know the list's type."""
    contents = value if isinstance(value, list) else [*(getattr(value, "property_sets", None) or ())]
    read = [value_of(each) if isinstance(each, str) and each.startswith("<LST>") else each for each in contents]
    return [item for each in read for item in (each if isinstance(each, list) else [each])]


def _first_line(text: str) -> str:
    """Return the innermost message of an exception as .NET prints it: `Type: message ---> Type: message`, then the stack."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*(?:at |bei |--- End of)", line)]
    parts = [part for line in lines for part in line.split(" ---> ")]
    return next((_TYPE.sub("", part).strip() for part in reversed(parts) if part.strip(" <->")), "")


def _category_of(number: int | None) -> str:
    return _CATEGORIES[number] if number is not None and 0 <= number < len(_CATEGORIES) else "NotSpecified"
