# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is signed in to the tenant in which session, and which ways of signing in succeed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from . import texts
from .identities import fold
from .tenant import Account, TenantSettings


class SignInFailed(Exception):
    """Nobody was signed in; the message is the service's."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session's sign-in. Without `role` it may do nothing, nor once its token has `expired`."""

    account: str
    role: bool = True
    expired: bool = False


@dataclass
class SignIns:
    """The sign-ins by host and shell."""

    settings: TenantSettings
    _sessions: dict[tuple[str, str], SignIn] = field(default_factory=dict)

    def of(self, host: str, shell: str) -> SignIn | None:
        """Return a session's sign-in."""
        return self._sessions.get((host, shell))

    def keep(self, host: str, shell: str, sign_in: SignIn) -> None:
        """Remember that a session is signed in."""
        self._sessions[host, shell] = sign_in

    def forget(self, host: str, shell: str) -> None:
        """Sign a session out."""
        self._sessions.pop((host, shell), None)

    def expire(self) -> None:
        """Let the tokens of all sessions expire."""
        for key, sign_in in self._sessions.items():
            self._sessions[key] = replace(sign_in, expired=True)

    def check_tenant(self, tenant: str | None) -> None:
        """Check the tenant asked for: an id or one of its domains. Raises SignInFailed."""
        known = {fold(self.settings.tenant_id), fold(self.settings.initial_domain)}
        known |= {fold(domain.name) for domain in self.settings.domains}
        if tenant is not None and fold(tenant) not in known:
            raise SignInFailed(texts.UNKNOWN_TENANT.format(tenant=tenant))

    def with_password(self, user: str, password: str) -> SignIn:
        """Check a user's password, for the module as well as for moves. Raises SignInFailed."""
        account = self.account(user)
        if account is None or account.password != password:
            raise SignInFailed(texts.WRONG_CREDENTIAL)
        if account.mfa:
            raise SignInFailed(texts.MFA_NEEDED)
        return SignIn(account.user, account.role)

    def account(self, user: str) -> Account | None:
        """Return the account of that name."""
        return next((one for one in self.settings.accounts if fold(one.user) == fold(user)), None)

    def with_certificate(self, application_id: str, thumbprint: str) -> SignIn:
        """Check an application's certificate. Raises SignInFailed."""
        known = {fold(one.application_id): one for one in self.settings.applications}
        application = known.get(fold(application_id))
        if all(fold(thumbprint) not in map(fold, one.thumbprints) for one in known.values()):
            raise SignInFailed(texts.UNKNOWN_CERTIFICATE.format(thumbprint=thumbprint))
        if application is None or fold(thumbprint) not in map(fold, application.thumbprints):
            tenant = self.settings.tenant_id
            raise SignInFailed(texts.UNKNOWN_APPLICATION.format(application=application_id, tenant=tenant))
        return SignIn(application.application_id, application.role)

    def with_tokens(self, tokens: Sequence[str]) -> SignIn:
        """Check access tokens: the one for Graph and the one for the Teams API, in either order. Raises SignInFailed."""
        if not tokens or sorted(tokens) != sorted(self.settings.access_tokens):
            raise SignInFailed(texts.BAD_TOKENS)
        return SignIn("access token")

    def with_managed_identity(self) -> SignIn:
        """Sign in as the machine. Raises SignInFailed."""
        if not self.settings.managed_identity:
            raise SignInFailed(texts.NO_IDENTITY)
        return SignIn("managed identity")
