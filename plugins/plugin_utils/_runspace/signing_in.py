# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sign-in to Teams in a session: once at its start, and again when it has expired. It has to lead to the tenant that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...module_utils._connection.messages import Answer, Command, Export, SessionFault, State, is_module_name
from ...module_utils._entra_codes import says_expired
from .session import Session
from .session_faults import NoSession
from .sign_in import CONNECT, SignIn, hidden_fault
from .sign_in_faults import sign_in_fault

TENANT = "Get-CsTenant"
# What a session says that was signed in, and is not any more.
_SIGNED_OUT = re.compile(r"must call the Connect-MicrosoftTeams cmdlet|session is not authenticated", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SigningIn:
    """How the sessions on a host sign in. `reads_tenant` is the call that shows the tenant; None where the host does not offer it."""

    command: Command = field(repr=False)
    way: str
    host: str
    tenant: str
    reads_tenant: Command | None
    offers: tuple[Export, ...] = field(repr=False)

    @classmethod
    def of(cls, sign_in: SignIn, offers: Iterable[Export], host: str) -> SigningIn:
        """Return how to sign in with what the host offers. Raises NoSession."""
        offers = tuple(offers)
        offered = {offer.name.casefold(): offer for offer in offers}
        offer = offered.get(CONNECT.casefold())
        if offer is None:
            raise NoSession(hidden_fault(CONNECT, host))
        if offer.module and not is_module_name(offer.module):
            raise NoSession(_odd_module(offer.module, host))
        untyped = None if offer.module else offer.untyped
        command = sign_in.command(offer.parameters, offer.module or None, host, untyped)
        reads = Command(TENANT) if TENANT.casefold() in offered else None
        return cls(command, sign_in.way, host, sign_in.tenant, reads, offers)

    def renewed(self, sign_in: SignIn | None) -> SigningIn:
        """Return how to sign in with options that may have changed since. Raises NoSession."""
        return self if sign_in is None else SigningIn.of(sign_in, self.offers, self.host)

    def sign_in(self, session: Session) -> None:
        """Sign a session in. Raises NoSession, also where that led to another tenant, or ConnectionLost."""
        answer = _ran(session, self.command)
        if answer.state is not State.COMPLETED:
            raise NoSession(sign_in_fault(answer, self.host, self.way))
        if self.tenant and (other := self._other_tenant(session, answer)):
            raise NoSession(_wrong_tenant(self.tenant, other, self.host))

    def _other_tenant(self, session: Session, answer: Answer) -> str:
        """Return the tenant that the session is in where that is surely another one than was asked for."""
        shown = _tenants(answer.rows, "TenantId", "Tenant")
        if self._is_among(shown) or self._differs(shown):
            return "" if self._is_among(shown) else shown[0]
        found = _ran(session, self.reads_tenant).rows if self.reads_tenant else []
        known = [*shown, *_tenants(found, "TenantId"), *_tenants(found, "Domains")]
        domains = any(not _ID.fullmatch(name) for name in known)
        return known[0] if known and not self._is_among(known) and (domains or self._differs(known)) else ""

    def _is_among(self, shown: Iterable[str]) -> bool:
        return self.tenant.casefold() in (name.casefold() for name in shown)

    def _differs(self, shown: Iterable[str]) -> bool:
        """Return whether ids say so: a domain is no id, and cannot be compared with one."""
        return bool(_ID.fullmatch(self.tenant)) and any(_ID.fullmatch(name) for name in shown)


def expired(answer: Answer) -> bool:
    """Return whether a command was refused, since the sign-in of its session has expired, or is gone without a word: then it has put
    nothing out, and done nothing.
    """
    texts = [each.message for each in answer.errors]
    refused = answer.state is State.FAILED and not answer.output
    return refused and any(says_expired(text) or _SIGNED_OUT.search(text) for text in texts)


def _ran(session: Session, command: Command) -> Answer:
    answer = session.run(command)
    session.close_pipeline()
    return answer


def _tenants(rows: Iterable[Mapping[str, object]], *names: str) -> list[str]:
    """Return the values of these properties, each a text or a list of texts."""
    values = [row.get(name) for row in rows for name in names]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [str(item) for item in flat if item]


def _wrong_tenant(asked: str, found: str, host: str) -> SessionFault:
    return SessionFault(
        "sign_in_failed",
        f"The sign-in to Teams from {host} led to the tenant {found}, and not to {asked}, so that nothing is done in it.",
        "Correct ansible_runspace_teams_tenant_id, or sign in with an account, an application or tokens of that tenant.",
    )


def _odd_module(module: str, host: str) -> SessionFault:
    return SessionFault(
        "sign_in_failed",
        f"{CONNECT} on {host} is in the module {module}; it is called only of modules named with A to Z, digits, _, . and -.",
        "Import MicrosoftTeams itself there, or name the module otherwise (Export-PSSession -OutputModule).",
    )
