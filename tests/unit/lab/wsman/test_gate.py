# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate by itself: what a connection that nobody signed in on gets, and what damaged messages come to."""

from __future__ import annotations

import base64

import pytest
import spnego
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.accounts import Accounts
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.authentication import (
    METHODS,
    STRICT,
    Authentication,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.encryption import Encryption
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.gate import Gate
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.http_server import Connection, Post, Reply
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.shells import Caller
from hypothesis import given
from hypothesis import strategies as st

USER, PASSWORD = "lab-admin", "Lab-Passw0rd"
EVERYTHING = Authentication(frozenset(METHODS) - {"kerberos"}, unencrypted=False, channel_binding=STRICT)
ENCRYPTED = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'


class Host:
    """A gate, and what it let through."""

    def __init__(self, authentication: Authentication = EVERYTHING, *, tls: bool = False) -> None:
        self.passed: list[tuple[bytes, Caller]] = []
        binding = b"tls-server-end-point:x" if tls else None
        self.gate = Gate(authentication, Accounts({USER: PASSWORD}), Connection(tls), self._respond, binding)

    def _respond(self, content: bytes, caller: Caller) -> Reply:
        self.passed.append((content, caller))
        return Reply(200, b"answer to " + content)

    def post(self, authorization: str = "", content: bytes = b"", content_type: str = "") -> Reply:
        return self.gate.answer(Post("/wsman", authorization, content, content_type))


def sign_in(host: Host, scheme: str = "Negotiate", protocol: str = "ntlm", user: str = USER) -> Encryption:
    """Sign in, and return what encrypts."""
    client = spnego.client(user, PASSWORD, protocol=protocol)
    token = client.step()
    reply = Reply(0)
    while token is not None or not client.complete:
        reply = host.post(f"{scheme} {base64.b64encode(token or b'').decode()}")
        answers = [each.partition(" ")[2] for each in reply.challenges if each.startswith(f"{scheme} ")]
        token = client.step(base64.b64decode(answers[0])) if answers else None
    assert reply.status == 200
    return Encryption(client, "SPNEGO")


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.mark.parametrize("user", [USER, USER.upper(), f"SFB01\\{USER}", f"{USER}@contoso.com", f".\\{USER}"])
@pytest.mark.parametrize(("scheme", "protocol"), [("Negotiate", "ntlm"), ("NTLM", "ntlm"), ("Negotiate", "negotiate")])
def test_an_account_by_any_of_its_names(host: Host, scheme: str, protocol: str, user: str) -> None:
    encryption = sign_in(host, scheme, protocol, user)
    content_type, content = encryption.encrypted("Ünï €".encode())
    reply = host.post(content=content, content_type=content_type)
    assert host.passed == [("Ünï €".encode(), Caller(USER))]
    assert Encryption.is_encrypted(reply.content_type)
    assert encryption.decrypted(reply.content) == "answer to Ünï €".encode()


def test_a_host_says_what_it_takes() -> None:
    assert Host().post().challenges == ("Negotiate", "NTLM", 'Basic realm="WSMAN"', "CredSSP")
    assert Host(Authentication()).post().challenges == ('Basic realm="WSMAN"',)


def test_plain_messages_are_refused_over_http_alone(host: Host) -> None:
    sign_in(host)
    assert (host.post(content=b"plain").status, host.passed) == (500, [])
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert host.post(f"Basic {basic}", b"plain").status == 500
    encrypted = Host(tls=True)
    assert encrypted.post(f"Basic {basic}", b"plain").status == 200
    assert Host(Authentication()).post(f"Basic {basic}", b"plain").status == 200


def test_another_connection_knows_nobody(host: Host) -> None:
    content_type, content = sign_in(host).encrypted(b"x")
    assert Host().post(content=content, content_type=content_type).status == 401
    assert Host().post(content=b"x").status == 401


def test_a_message_is_taken_once(host: Host) -> None:
    content_type, content = sign_in(host).encrypted(b"x")
    assert host.post(content=content, content_type=content_type).status == 200
    assert host.post(content=content, content_type=content_type).status == 401
    assert len(host.passed) == 1


@given(place=st.integers(0, 400), change=st.integers(1, 255))
def test_a_changed_message_is_refused(place: int, change: int) -> None:
    host = Host()
    content_type, content = sign_in(host).encrypted(b"x" * 100)
    place %= len(content)
    changed = content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]
    reply = host.post(content=changed, content_type=content_type)
    # White space around headers may change.
    assert reply.status == 401 or host.passed == [(b"x" * 100, Caller(USER))]


@given(
    scheme=st.sampled_from(["Negotiate", "NTLM", "CredSSP", "Basic", "Kerberos", "Other"]),
    token=st.binary(max_size=200),
)
def test_a_token_that_is_none_is_refused(scheme: str, token: bytes) -> None:
    host = Host()
    for _dummy in range(2):
        assert host.post(f"{scheme} {base64.b64encode(token).decode()}", b"x").status == 401
    assert host.post(f"{scheme} ?", b"x").status == 401
    assert host.passed == []


@given(place=st.integers(0, 600), change=st.integers(1, 255))
def test_a_changed_sign_in_lets_nobody_else_in(place: int, change: int) -> None:
    host = Host()
    client = spnego.client(USER, PASSWORD, protocol="ntlm")
    challenge = host.post(f"Negotiate {base64.b64encode(client.step() or b'').decode()}").challenges[0]
    token = client.step(base64.b64decode(challenge.partition(" ")[2])) or b""
    place %= len(token)
    changed = token[:place] + bytes([token[place] ^ change]) + token[place + 1 :]
    reply = host.post(f"Negotiate {base64.b64encode(changed).decode()}")
    assert reply.status == 401 or reply.status == 200
    if reply.status == 200:
        assert host.gate._caller == Caller(USER)


def test_a_sign_in_over_tls_names_its_channel() -> None:
    host = Host(tls=True)
    with pytest.raises(AssertionError):
        sign_in(host)
    assert host.post(content=b"x").status == 401
