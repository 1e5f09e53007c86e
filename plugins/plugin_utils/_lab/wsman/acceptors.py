# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's side of a sign-in that takes several messages: Negotiate, Kerberos, NTLM and CredSSP, by the library pyspnego."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from .accounts import Accounts
from .authentication import NO_BINDING, STRICT, Authentication
from .ntlm import NtlmUser, read_ntlm_user

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    import spnego
    from spnego.channel_bindings import GssChannelBindings
    from spnego.exceptions import BadBindingsError, SpnegoError

SCHEMES = ("Negotiate", "Kerberos", "NTLM", "CredSSP")
# The libraries take an acceptor's keys from the environment, of which a process has one.
_ENVIRONMENT = threading.Lock()
# A Kerberos context whose client proved to which TLS channel it speaks (GSS_C_CHANNEL_BOUND_FLAG).
_CHANNEL_BOUND = 0x800


def missing_libraries(authentication: Authentication) -> list[str]:
    """Return the Python libraries that are missing for what a host is to accept, by the names under which they are installed."""
    wanted = {"spnego": "pyspnego"} if authentication.methods & {scheme.lower() for scheme in SCHEMES} else {}
    if authentication.keytab is not None:
        wanted["gssapi"] = "pypsrp[kerberos]"
    return [name for module, name in wanted.items() if importlib.util.find_spec(module) is None]


class NotAccepted(Exception):
    """A sign-in is refused."""


class Acceptor:
    """One sign-in on one connection. `binding` names the TLS channel, None without TLS."""

    def __init__(
        self, scheme: str, authentication: Authentication, accounts: Accounts, binding: bytes | None = None
    ) -> None:
        self.scheme = scheme
        self._accounts = accounts
        try:
            if scheme == "CredSSP":
                inside = _Negotiation("negotiate", authentication, accounts, None)
                self.context: Any = spnego.server(protocol="credssp", credssp_negotiate_context=inside)
            else:
                self.context = _Negotiation(scheme.lower(), authentication, accounts, binding)
        except (SpnegoError, ImportError, ValueError) as error:
            raise NotAccepted(str(error)) from error

    @property
    def user(self) -> str | None:
        """The account that has signed in; None while the sign-in goes on."""
        return self._accounts.named(self.context.client_principal or "") if self.context.complete else None

    @property
    def delegates(self) -> bool:
        """Whether the client handed over what the host needs to sign in elsewhere: its password, or a forwarded ticket."""
        if self.scheme == "CredSSP":
            return self.context.get_extra_info("client_credential") is not None
        return bool(self.context.context_attr & spnego.ContextReq.delegate)

    @property
    def encryption(self) -> str:
        """What messages encrypted by this sign-in are called."""
        return {"Kerberos": "Kerberos", "CredSSP": "CredSSP"}.get(self.scheme, "SPNEGO")

    def step(self, token: bytes) -> bytes | None:
        """Take a token and return the answer to it. Raises NotAccepted."""
        try:
            answer: bytes | None = self.context.step(token)
        except Exception as error:  # libraries raise what they like for bytes of a stranger's
            raise NotAccepted(str(error)) from error
        if self.context.complete and self.user is None:
            raise NotAccepted("no account of this host")
        if not self.context.complete and not answer:
            raise NotAccepted("the sign-in ended early")
        return answer


class _Negotiation:
    """A security context of pyspnego's that knows the accounts and keys of one host, and how strictly channels are bound."""

    def __init__(
        self, protocol: str, authentication: Authentication, accounts: Accounts, binding: bytes | None
    ) -> None:
        self._accounts = accounts
        self._keytab = authentication.keytab
        self._level = authentication.channel_binding if binding else NO_BINDING
        self._binding = GssChannelBindings(application_data=binding) if binding else None
        if protocol == "negotiate" and self._keytab is None:
            self._kerberos = False
        else:
            self._kerberos = protocol in ("negotiate", "kerberos")
        with self._keys(None):
            self._context: Any = spnego.server(protocol=protocol)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def step(self, in_token: bytes | None = None, **_dummy: object) -> bytes | None:
        """Take a token and return the answer to it. Raises what pyspnego raises."""
        sender = read_ntlm_user(in_token or b"")
        bound = self._level != NO_BINDING and (sender is None or sender.bound)
        if sender is not None and not sender.bound and self._level == STRICT:
            raise BadBindingsError(context_msg="The client's sign-in names no channel")
        with self._keys(sender):
            answer: bytes | None = self._context.step(in_token, channel_bindings=self._binding if bound else None)
        if self._context.complete and self._level == STRICT and sender is None and not self._kerberos_is_bound():
            raise BadBindingsError(context_msg="The client's sign-in names no channel")
        return answer

    def _kerberos_is_bound(self) -> bool:
        if self._context.negotiated_protocol != "kerberos":
            return True
        # pyspnego has no name for this flag.
        inner = getattr(self._context, "_context", None)
        flags = int(getattr(getattr(inner, "_context", inner), "actual_flags", 0))
        return bool(flags & _CHANNEL_BOUND)

    @contextlib.contextmanager
    def _keys(self, sender: NtlmUser | None) -> Iterator[None]:
        """Let the libraries find the key of the sender alone, and this host's keytab."""
        with _ENVIRONMENT, tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            if sender is not None and (name := self._accounts.named(sender.user)):
                file.write(f"{sender.domain}:{sender.user}:{self._accounts.passwords()[name]}\n")
                file.flush()
            keytab = str(self._keytab) if self._keytab is not None and self._kerberos else os.devnull
            before = {name: os.environ.get(name) for name in ("NTLM_USER_FILE", "KRB5_KTNAME")}
            os.environ.update(NTLM_USER_FILE=file.name, KRB5_KTNAME=f"FILE:{keytab}")
            try:
                yield
            finally:
                for name, value in before.items():
                    os.environ.pop(name) if value is None else os.environ.update({name: value})
