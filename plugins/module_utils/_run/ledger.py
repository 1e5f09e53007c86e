# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that work on the ledger alone: no host is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule

from .._ledger.ledger import Ledger
from .._ledger.opening import open_ledger
from .._ledger.url import secrets_of
from .._model.failure import InvalidOption
from .._model.identity import parse_users
from .module import fail_on_error
from .options import RECORDED, Spec

LEDGER: Spec = {
    "ledger": {"type": "str", "required": True},
    "ledger_password": RECORDED["ledger_password"],
}


@contextmanager
def opened(module: AnsibleModule, *, read_only: bool) -> Iterator[Ledger]:
    """Open the ledger of a module's options. End the module with a sentence where it, or another option, cannot be used."""
    url = module.params["ledger"]
    # The URL is shown with the module's arguments (-vvv): not so the user in it, and a password that should not be there.
    module.no_log_values.update(secrets_of(url))
    with fail_on_error(module), open_ledger(url, module.params["ledger_password"], read_only=read_only) as ledger:
        yield ledger


def users_of(module: AnsibleModule) -> list[str] | None:
    """Return the addresses that the option users names; None where it is not given. Raises InvalidUser."""
    notes: list[str] = []
    found = None if module.params["users"] is None else parse_users(module.params["users"], notes)
    for note in notes:
        module.warn(note)
    return None if found is None else [user.address for user in found]


def moment_of(module: AnsibleModule, option: str) -> datetime | None:
    """Return the moment of an option; None where it is not given. Without an offset it is taken as UTC. Raises InvalidOption."""
    text = module.params[option]
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidOption(f"{option} is {text!r}: write a time in ISO 8601, such as 2026-12-07T19:00:00Z.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
