# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How clients sign in to the hosts of a seed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .model import AuthenticationSeed, SeedError
from .tables import Table

METHODS = ("basic", "certificate", "negotiate", "kerberos", "ntlm", "credssp")
_TLS = ("any", "1.0", "1.1", "1.2", "1.3")
_BINDINGS = ("relaxed", "strict", "none")


def read_authentication(table: Table, folder: Path) -> AuthenticationSeed:
    """Return what the seed says of authentication; files it names are looked for in `folder`. Raises SeedError."""
    keytab = table.optional("keytab")
    read = AuthenticationSeed(
        methods=checked_methods(table.texts("methods", ("basic",))),
        https=table.flag("https", False),
        tls=table.one_of("tls", _TLS, _TLS[0]),
        unencrypted=table.flag("unencrypted", True),
        channel_binding=table.one_of("channel_binding", _BINDINGS, _BINDINGS[0]),
        keytab=folder / keytab if keytab else None,
        principal=table.text("principal"),
        second_hop=table.flag("second_hop", False),
    )
    table.end()
    if read.keytab is not None and not read.keytab.is_file():
        raise SeedError(f"There is no file {read.keytab}, which the seed names as authentication.keytab.")
    return read


def checked_methods(methods: Sequence[str]) -> tuple[str, ...]:
    """Return the methods of authentication. Raises SeedError for one that is not known, and for none."""
    unknown = [method for method in methods if method not in METHODS]
    if unknown or not methods:
        raise SeedError(
            f"There is no authentication {', '.join(unknown) or 'without a method'}; there are {', '.join(METHODS)}."
        )
    return tuple(methods)
