# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How clients may sign in to a simulated host, by the names that the inventory has for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# What a host offers for each method, in the order in which Windows lists it.
CHALLENGES = {
    "negotiate": "Negotiate",
    "kerberos": "Kerberos",
    "ntlm": "NTLM",
    "basic": 'Basic realm="WSMAN"',
    "credssp": "CredSSP",
    "certificate": "",
}
METHODS = tuple(CHALLENGES)
# How strictly a host asks for channel binding over TLS: its CbtHardeningLevel.
NO_BINDING, RELAXED, STRICT = BINDINGS = ("none", "relaxed", "strict")


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a host accepts.

    `unencrypted` is AllowUnencrypted: whether messages are taken over HTTP that nothing encrypts. `keytab` has the keys of the host's
    service principals; without it there is no Kerberos, and Negotiate is NTLM alone.
    """

    methods: frozenset[str] = frozenset({"basic"})
    unencrypted: bool = True
    channel_binding: str = RELAXED
    keytab: Path | None = None

    @property
    def challenges(self) -> tuple[str, ...]:
        """The WWW-Authenticate headers for a client that has not signed in."""
        return tuple(text for method, text in CHALLENGES.items() if text and method in self.methods)
