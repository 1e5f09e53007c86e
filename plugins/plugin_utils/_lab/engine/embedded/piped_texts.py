# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that a client pipes into a command, read without psrpcore, which takes most of the time of a pipeline for them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from ..fragments import PIPELINE_INPUT, whole_messages

# Without what is written as an entity (XML) or as a number (MS-PSRP 2.2.5.3.2).
_PLAIN = re.compile(rb"<S>([^<&\r]+)</S>")
_NUMBERED = re.compile("_[xX]")


def texts_and_rest(data: bytes, session: uuid.UUID, pipeline: uuid.UUID) -> Iterator[str | bytes]:
    """Yield in order the plain texts that are piped in, and the fragments of all else as they came."""
    done = 0
    for start, end, content in whole_messages(PIPELINE_INPUT, data, session, pipeline):
        found = _PLAIN.fullmatch(content)
        text = _decoded(found[1]) if found else None
        if text is not None:
            if done < start:
                yield data[done:start]
            yield text
            done = end
    if done < len(data):
        yield data[done:]


def _decoded(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if _NUMBERED.search(text) else text
