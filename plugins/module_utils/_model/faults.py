# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host's errors mean, by the catalogue: a code or pattern, and the reason it means.

The number in `Error=(NNN)` counts before the text, since Microsoft's texts contain typing errors (R38).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from . import reasons
from .decision import Reason
from .fault import HOSTED_MIGRATION, Fault
from .fault_catalogue import CATALOGUE, UNEXPLAINED

__all__ = ["CATALOGUE", "Fault", "classify", "is_not_found", "is_pool_not_found", "is_unexplained", "together"]

# Ids of Get-CsOnlineUser for a user who is not there, whatever the text.
_NOT_FOUND_ID = re.compile(r"NotFound,.*\bGet-?Cs(Online)?User(_\w+)?$", re.IGNORECASE)
# What else may be missing where a user was asked for.
_ANOTHER = re.compile(r"\b(server|controller|host|mailbox|domain|forest|endpoint|service|tenant|unit)\b", re.IGNORECASE)
_POOL = re.compile(
    r"\b(cannot|can'?t|could not|unable to) find\b.*\bpool\b|\bpool\b.*\b(was not found|not found|does not exist)\b"
    r"|Management object not found",
    re.IGNORECASE | re.DOTALL,
)


def classify(fault: Fault) -> Reason:
    """Return the reason that a fault means; an unknown one keeps its whole text and concerns the user alone (R38)."""
    reason = next((entry.reason for entry in CATALOGUE if entry.means(fault)), reasons.UNCLASSIFIED)
    number = HOSTED_MIGRATION.search(fault.text)
    return replace(reason, message=fault.text.strip(), fault=fault.short_id, number=number.group(1) if number else "")


def together(said: Sequence[Fault]) -> Fault:
    """Return several errors of one call as one: all their texts, under the id and category of the first that is known."""
    known = next((fault for fault in said if classify(fault).code != reasons.UNCLASSIFIED.code), said[0])
    texts = list(dict.fromkeys(fault.text.strip() for fault in said))
    return known if len(texts) == 1 else replace(known, text=" ".join(map(_sentence, texts)))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ")", '"')) else f"{text}."


def is_unexplained(reason: Reason) -> bool:
    """Return whether a fault does not say which user it concerns: where it meets one user after the other, it meets everybody."""
    return reason.code in UNEXPLAINED


def is_not_found(faults: Iterable[Fault]) -> bool:
    """Return whether the host answered a question about one user by saying that there is no such user.

    It is what the errors say, in text or id, all of them: a category alone proves nothing, for users who exist have met it.
    """
    said = list(faults)
    return bool(said) and all(map(_says_not_found, said))


def _says_not_found(fault: Fault) -> bool:
    reason = classify(fault)
    if reason.code == reasons.USER_NOT_FOUND.code:
        return True
    by_id = reason.code == reasons.UNCLASSIFIED.code and _NOT_FOUND_ID.search(fault.id) is not None
    return by_id and not _ANOTHER.search(fault.nameless)


def is_pool_not_found(faults: Iterable[Fault]) -> bool:
    """Return whether the host answered a question about one pool by saying that there is no such pool."""
    said = list(faults)
    return bool(said) and all(
        fault.short_id in ("PoolNotFound", "ManagementObjectNotFound") or _POOL.search(fault.nameless) for fault in said
    )
