# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of errors without the sentences that say nothing, such as "One or more errors occurred."."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Sentences around the one that says what happened.
_AROUND = (
    re.compile(r"(?:One or more errors occurred|An error occurred)\.?\s*\((?P<inner>.+)\)", re.DOTALL),
    re.compile(r"Exception calling \"[^\"]+\" with \"\d+\" argument\(s\): \"(?P<inner>.+?)\"*(?: \(.*\))?", re.DOTALL),
    re.compile(
        r"The running command stopped because the preference variable \"[^\"]+\" [^:]+: (?P<inner>.+)", re.DOTALL
    ),
)
_EMPTY = re.compile(
    r"(?:One or more errors occurred|An error (?:has )?occurred|System error|Exception of type '[^']*' was thrown"
    r"|Error occurred while executing)\.?\s*",
    re.IGNORECASE,
)

# Of so many texts, the others add nothing that anybody reads.
_MOST = 50


def says_nothing(text: str) -> bool:
    """Return whether a text only says that something went wrong."""
    return not text.strip() or _EMPTY.fullmatch(text.strip()) is not None


def without_wrappers(text: str) -> str:
    """Return what a text says inside the sentences that only announce it."""
    text = text.strip()
    for around in _AROUND:
        if (match := around.fullmatch(text)) and not says_nothing(match["inner"]):
            parts = re.split(r"\)\s*\(", match["inner"])
            return without_wrappers(parts[0] if len(parts) == 1 else " ".join(map(sentence, parts)))
    return text


def specific(texts: Sequence[str]) -> list[str]:
    """Return texts without repetition, and without those that say nothing where another one says something."""
    kept: list[str] = []
    for text in map(without_wrappers, texts[:_MOST]):
        if any(_same_or_part(text, other) for other in kept):
            continue
        kept = [other for other in kept if not _same_or_part(other, text)] + [text]
    return [text for text in kept if not says_nothing(text)] or kept[:1]


def _same_or_part(shorter: str, longer: str) -> bool:
    return " ".join(shorter.split()).rstrip(".").casefold() in " ".join(longer.split()).casefold()


def sentence(text: str) -> str:
    """Return a text on one line with a full stop."""
    words = " ".join(text.split())
    return words if words.endswith((".", "!", "?")) else words + "."
