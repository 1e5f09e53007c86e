# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes of Microsoft Entra (AADSTS) by their cause: https://learn.microsoft.com/entra/identity-platform/reference-error-codes

A sign-in meets them and a cmdlet meets them. What to do is said where they are met, since other options hold the account there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto


class Cause(Enum):
    """What a code means."""

    TOKEN_EXPIRED = auto()
    CERTIFICATE = auto()
    SECOND_FACTOR = auto()
    CONSENT = auto()
    TENANT = auto()
    PASSWORD = auto()
    LOCKED = auto()
    DISABLED = auto()
    PASSWORD_EXPIRED = auto()
    ACCESS_POLICY = auto()
    NOT_ASSIGNED = auto()
    BUSY = auto()


CODES: Mapping[Cause, tuple[int, ...]] = {
    Cause.TOKEN_EXPIRED: (500133, 700082, 70043, 50173, 50132),
    Cause.CERTIFICATE: (700024, 700027, 700023, 7000222, 7000215),
    Cause.SECOND_FACTOR: (50072, 50074, 50076, 50079, 50158, 500121, 53004),
    Cause.CONSENT: (65001, 65004, 650052, 650057, 90094),
    Cause.TENANT: (90002, 900023, 50020, 700016, 90072, 50128, 50059, 500011, 900382),
    Cause.PASSWORD: (50126, 50056, 50034, 51004),
    Cause.LOCKED: (50053,),
    Cause.DISABLED: (50057, 7000112, 7000113),
    Cause.PASSWORD_EXPIRED: (50055, 50144),
    Cause.ACCESS_POLICY: (53000, 53001, 53002, 53003, 530031, 50097, 50131),
    Cause.NOT_ASSIGNED: (50105,),
    Cause.BUSY: (50196, 90033, 90025, 50195, 90006),
}
_CAUSES: Mapping[int, Cause] = {code: cause for cause, codes in CODES.items() for code in codes}


def cause_of(code: int) -> Cause | None:
    """Return what a code means; None where it is not in the table."""
    return _CAUSES.get(code)


def numbers(cause: Cause) -> str:
    """Return the codes of a cause as a part of a regular expression: `50055|50144`."""
    return "|".join(map(str, CODES[cause]))


def pattern(cause: Cause) -> str:
    """Return a regular expression that finds the codes of a cause: `AADSTS(?:50055|50144)\\b`."""
    return rf"AADSTS(?:{numbers(cause)})\b"


# What services say of a token that has expired, with the codes or without.
EXPIRED = (
    rf"Authentication_ExpiredToken|{pattern(Cause.TOKEN_EXPIRED)}|TokenExpired|ExpiredAuthenticationToken"
    r"|\btoken (?:is|has|was) expired|\btoken[^.]{0,40} (?:is|has) expired|token lifetime|lifetime validation failed"
    r"|expired (?:access )?token"
)


def says_expired(text: str) -> bool:
    """Return whether a text says that a token has expired."""
    return re.search(EXPIRED, text, re.IGNORECASE) is not None
