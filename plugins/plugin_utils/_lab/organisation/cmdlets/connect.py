# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connect-MicrosoftTeams, Disconnect-MicrosoftTeams, and Set-TeamsEnvironmentConfig: what works without a sign-in."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from .. import texts
from ..bound import Behaviour, Bound, Refusal, output
from ..identities import fold
from ..signing_in import SignIn, SignInFailed

_BROKER_SINCE = (7, 8, 1)


def connect(bound: Bound) -> Outcome:
    """Connect-MicrosoftTeams: all ways of signing in. What would open a window asks, and nobody answers."""
    sign_ins = bound.model.sign_ins
    try:
        sign_ins.check_tenant(bound.text("TenantId"))
        sign_in = _signed_in(bound)
    except SignInFailed as error:
        raise Refusal(
            str(error), "Connect-MicrosoftTeams", "AuthenticationError", "System.AggregateException"
        ) from error
    if sign_in is None:
        return Outcome(prompt=texts.SIGN_IN_CREDENTIAL)
    sign_ins.keep(bound.call.host, bound.call.shell, sign_in)
    settings = sign_ins.settings
    return output(
        Thing(
            "Microsoft.TeamsCmdlets.Powershell.Connect.Models.PSAzureContext",
            {
                "Account": sign_in.account,
                "Environment": bound.text("TeamsEnvironmentName") or "AzureCloud",
                "Tenant": settings.tenant_id,
                "TenantId": settings.tenant_id,
            },
        )
    )


def _signed_in(bound: Bound) -> SignIn | None:
    """Return who is signed in, None when a window would open."""
    sign_ins = bound.model.sign_ins
    if bound.flag("Identity"):
        return sign_ins.with_managed_identity()
    if bound.has("AccessTokens"):
        return sign_ins.with_tokens(bound.texts("AccessTokens"))
    if bound.has("AadAccessToken"):
        return sign_ins.with_tokens([*bound.texts("AadAccessToken"), *bound.texts("MsAccessToken")])
    if application := bound.text("ApplicationId"):
        thumbprint = bound.text("CertificateThumbprint") or _thumbprint(bound.call.parameters.get("Certificate"))
        return sign_ins.with_certificate(application, thumbprint)
    credential = bound.credential()
    if credential is None or bound.flag("UseDeviceAuthentication"):
        return None
    if bound.module_version >= _BROKER_SINCE and not bound.flag("DisableWAM"):
        # The broker needs a window of the signed-in user; a remote session has none.
        raise SignInFailed(texts.BROKER)
    return sign_ins.with_password(credential.user, credential.password)


def _thumbprint(certificate: object) -> str:
    if isinstance(certificate, Thing):
        return str(certificate.properties.get("Thumbprint", ""))
    return "" if certificate is None else str(certificate)


def disconnect(bound: Bound) -> Outcome:
    """Disconnect-MicrosoftTeams."""
    bound.model.sign_ins.forget(bound.call.host, bound.call.shell)
    return Outcome()


def set_environment(bound: Bound) -> Outcome:
    """Set-TeamsEnvironmentConfig: per machine, of no consequence here."""
    return Outcome()


def require_sign_in(bound: Bound) -> None:
    """Refuse a cmdlet of the module in a session that is not signed in, or whose account has no role there."""
    sign_in = bound.model.sign_ins.of(bound.call.host, bound.call.shell)
    if sign_in is None:
        raise Refusal(
            texts.CONNECT_FIRST, "Connect-MicrosoftTeams", "AuthenticationError", "System.UnauthorizedAccessException"
        )
    if sign_in.expired:
        raise Refusal(texts.TOKEN_EXPIRED, "Authentication_ExpiredToken", "AuthenticationError")
    if not sign_in.role:
        raise Refusal(texts.NOT_AN_ADMIN, "Forbidden", "PermissionDenied")


BEHAVIOURS: dict[str, Behaviour] = {
    "Connect-MicrosoftTeams": connect,
    "Disconnect-MicrosoftTeams": disconnect,
    "Set-TeamsEnvironmentConfig": set_environment,
}
WITHOUT_SIGN_IN = frozenset(map(fold, BEHAVIOURS))
