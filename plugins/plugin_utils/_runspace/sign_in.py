# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in to Microsoft Teams: which way, and with which parameters of Connect-MicrosoftTeams."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...module_utils._connection.messages import Command, SessionFault
from .session_faults import NoSession

CONNECT = "Connect-MicrosoftTeams"

# What a sign-in may send besides Confirm, over all ways, and the file by which a restricted endpoint is to let it through.
PARAMETERS = (
    "TenantId",
    "ApplicationId",
    "CertificateThumbprint",
    "Identity",
    "AccessTokens",
    "Credential",
    "TeamsEnvironmentName",
    "DisableWAM",
)
ROLE_CAPABILITY = "TeamsUpgradeOnlineRead.psrc"

_REMEDY = (
    "Give one of: teams_certificate_thumbprint with teams_application_id and teams_tenant_id; teams_managed_identity; "
    "teams_access_tokens; teams_user with teams_password (each with the prefix ansible_runspace_)."
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way to sign in. `parameters` are needed; `where_offered` are sent where the installed module knows them.

    `tenant`: the one that it has to lead to, by its id or a domain; empty where none is asked for.
    """

    way: str
    parameters: Mapping[str, object] = field(repr=False)
    where_offered: Mapping[str, object] = field(default_factory=dict, repr=False)
    tenant: str = ""

    def command(
        self, offered: Collection[str], module: str | None, host: str, untyped: Collection[str] | None = None
    ) -> Command:
        """Return the call of Connect-MicrosoftTeams for a module that offers these parameters. Raises NoSession.

        `untyped` is given for a restricted endpoint: those of them which it shows only because its configuration lists them.
        """
        if untyped is not None:
            self._check_visible(offered, host)
        known = {name.casefold() for name in offered} - {name.casefold() for name in untyped or ()}
        missing = next((name for name in self.parameters if name.casefold() not in known), None)
        if missing is not None:
            raise NoSession(
                SessionFault(
                    "sign_in_failed",
                    f"The module MicrosoftTeams on {host} cannot sign in with {self.way}: Connect-MicrosoftTeams has no -{missing}.",
                    "Update the module on that host (Update-Module MicrosoftTeams), or sign in another way.",
                )
            )
        fitting = {name: value for name, value in self.where_offered.items() if name.casefold() in known}
        return Command(CONNECT, {**self.parameters, **fitting}, module)

    def _check_visible(self, shown: Collection[str], host: str) -> None:
        wanted = [name for name in (*self.parameters, *self.where_offered) if name not in _NO_QUESTION]
        hidden = next((name for name in wanted if name not in shown), None)
        if hidden is not None:
            raise NoSession(hidden_fault(f"-{hidden} of {CONNECT}", host))


def sign_in_of(option: Callable[[str], Any]) -> SignIn | None:
    """Read the way to sign in from the options of the connection; None where none is given. Raises NoSession."""
    ways = [way for way in (_certificate(option), _managed_identity(option), _tokens(option), _user(option)) if way]
    if len(ways) > 1:
        raise _invalid(f"There is more than one way to sign in to Teams: {' and '.join(way.way for way in ways)}.")
    if not ways and any(option(name) for name in ("teams_tenant_id", "teams_application_id", "teams_environment")):
        raise _invalid("The options for the Teams tenant are given, but no way to sign in to it.")
    if ways and option("teams_environment") and "Credential" not in ways[0].parameters:
        raise NoSession(
            SessionFault(
                "invalid_option",
                f"ansible_runspace_teams_environment has no effect on a sign-in with {ways[0].way}.",
                "Leave it out, and choose the cloud once on the host with Set-TeamsEnvironmentConfig.",
            )
        )
    return replace(ways[0], tenant=str(option("teams_tenant_id") or "")) if ways else None


def hidden_fault(what: str, host: str) -> SessionFault:
    """Return the fault of a restricted endpoint that hides what a sign-in needs."""
    return SessionFault(
        "sign_in_failed",
        f"The restricted endpoint on {host} does not offer {what}, which {ROLE_CAPABILITY} has to make visible.",
        "Correct the file, or leave out the ansible_runspace_teams_ options if the endpoint signs in by itself.",
    )


def _certificate(option: Callable[[str], Any]) -> SignIn | None:
    thumbprint, application, tenant = (
        option(name) for name in ("teams_certificate_thumbprint", "teams_application_id", "teams_tenant_id")
    )
    if not thumbprint:
        return None
    if not application or not tenant:
        raise _invalid("A sign-in to Teams with a certificate needs teams_application_id and teams_tenant_id as well.")
    _check_thumbprint(str(thumbprint))
    parameters = {"CertificateThumbprint": thumbprint, "ApplicationId": application, "TenantId": tenant}
    return SignIn("a certificate", parameters, _NO_QUESTION)


def _check_thumbprint(thumbprint: str) -> None:
    """Raise NoSession for what the certificate's dialog brings along when a thumbprint is copied from it: the host would not say so."""
    odd = next((each for each in thumbprint if each.isspace() or not each.isascii() or not each.isprintable()), None)
    if odd is not None:
        raise NoSession(
            SessionFault(
                "invalid_option",
                f"ansible_runspace_teams_certificate_thumbprint has the character U+{ord(odd):04X}, which no thumbprint has.",
                "Type its digits: what is copied from the certificate's dialog has blanks, and begins with a mark that is not seen.",
            )
        )


def _managed_identity(option: Callable[[str], Any]) -> SignIn | None:
    return (
        SignIn("the managed identity", {"Identity": True}, _NO_QUESTION) if option("teams_managed_identity") else None
    )


def _tokens(option: Callable[[str], Any]) -> SignIn | None:
    tokens = option("teams_access_tokens")
    if not tokens:
        return None
    if len(tokens) != 2:
        raise _invalid(
            "A sign-in to Teams with access tokens needs two: for Microsoft Graph, and for the Teams administration."
        )
    return SignIn("access tokens", {"AccessTokens": list(tokens), **_tenant(option)}, _NO_QUESTION)


def _user(option: Callable[[str], Any]) -> SignIn | None:
    user, password = option("teams_user"), option("teams_password")
    if not user and not password:
        return None
    if not user or not password:
        raise _invalid("A sign-in to Teams with a user needs both teams_user and teams_password.")
    parameters: dict[str, object] = {
        "Credential": {"type": "credential", "user": user, "password": password},
        **_tenant(option),
    }
    if option("teams_environment"):
        parameters["TeamsEnvironmentName"] = option("teams_environment")
    # The account broker of newer modules needs a desktop, which a remote session does not have.
    return SignIn("a user", parameters, {"DisableWAM": True, **_NO_QUESTION})


_NO_QUESTION: Mapping[str, object] = {"Confirm": False}


def _tenant(option: Callable[[str], Any]) -> dict[str, object]:
    return {"TenantId": option("teams_tenant_id")} if option("teams_tenant_id") else {}


def _invalid(message: str) -> NoSession:
    return NoSession(SessionFault("invalid_option", message, _REMEDY))
