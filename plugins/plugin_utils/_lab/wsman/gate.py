# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is on a connection: signs clients in, decrypts what they send, and encrypts what they get."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from .acceptors import SCHEMES, Acceptor, NotAccepted
from .accounts import Accounts
from .authentication import Authentication
from .encryption import Encryption, NotDecrypted
from .http_server import Connection, Post, Reply
from .shells import Caller

# What a client says instead of a scheme when its certificate says who it is.
_MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
_BY_LOWER = {scheme.lower(): scheme for scheme in SCHEMES}


class Gate:
    """Lets the requests of one connection through to `respond`, with the caller that they are from.

    `binding` names the TLS channel to which a sign-in may be bound.
    """

    def __init__(
        self,
        authentication: Authentication,
        accounts: Accounts,
        connection: Connection,
        respond: Callable[[bytes, Caller], Reply],
        binding: bytes | None = None,
    ) -> None:
        self._authentication = authentication
        self._accounts = accounts
        self._connection = connection
        self._respond = respond
        self._binding = binding if connection.encrypted else None
        self._acceptor: Acceptor | None = None
        self._caller: Caller | None = None
        self._encryption: Encryption | None = None

    def answer(self, post: Post) -> Reply:
        """Answer a request, or ask its client to sign in."""
        scheme, _dummy, token = post.authorization.partition(" ")
        if scheme.lower() in _BY_LOWER:
            return self._negotiate(_BY_LOWER[scheme.lower()], token, post)
        caller = self._caller if not scheme else self._signed_in_at_once(scheme, token)
        return self._refused() if caller is None else self._pass(caller, post)

    def _signed_in_at_once(self, scheme: str, token: str) -> Caller | None:
        user = None
        if scheme.lower() == "basic" and "basic" in self._authentication.methods:
            user = self._accounts.of_basic(token)
        elif scheme == _MUTUAL and "certificate" in self._authentication.methods:
            user = self._accounts.of_certificate(self._connection.certificate)
        return Caller(user) if user else None

    def _negotiate(self, scheme: str, token: str, post: Post) -> Reply:
        if scheme.lower() not in self._authentication.methods:
            return self._refused()
        try:
            acceptor = self._acceptor
            if acceptor is None or acceptor.scheme != scheme:
                acceptor = Acceptor(scheme, self._authentication, self._accounts, self._binding)
            self._acceptor = acceptor
            answer = acceptor.step(base64.b64decode(token, validate=True))
        except (NotAccepted, binascii.Error):
            return self._refused()
        challenge = f"{scheme} {base64.b64encode(answer).decode()}" if answer else ""
        if acceptor.user is None:
            return Reply(401, challenges=(challenge,))
        self._acceptor, self._caller = None, Caller(acceptor.user, acceptor.delegates)
        self._encryption = Encryption(acceptor.context, acceptor.encryption)
        reply = self._pass(self._caller, post)
        return Reply(reply.status, reply.content, (challenge,) if challenge else (), reply.content_type)

    def _refused(self) -> Reply:
        self._acceptor = self._caller = self._encryption = None
        return Reply(401, challenges=self._authentication.challenges)

    def _pass(self, caller: Caller, post: Post) -> Reply:
        if Encryption.is_encrypted(post.content_type):
            return self._pass_encrypted(caller, post)
        if not post.content and self._caller is not None:
            return Reply(200)  # clients sign in with an empty message where the others are to be encrypted
        if not self._connection.encrypted and not self._authentication.unencrypted:
            return Reply(500)  # as Windows does: an HTTP error without a word
        return self._respond(post.content, caller)

    def _pass_encrypted(self, caller: Caller, post: Post) -> Reply:
        if self._encryption is None:
            return self._refused()
        try:
            content = self._encryption.decrypted(post.content)
        except NotDecrypted:
            return self._refused()
        reply = self._respond(content, caller)
        content_type, encrypted = self._encryption.encrypted(reply.content)
        return Reply(reply.status, encrypted, content_type=content_type)
