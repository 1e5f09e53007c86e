# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The front by itself: who is let in, what is refused, and the faults that can be ordered."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint, Front, HostSettings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.tls import ServerTls
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.wsman import WSMan

from tests.unit.lab.engine.clients import PASSWORD, USER, connect, opened
from tests.unit.lab.engine.trial import ONLINE, ONPREM, Trial

GET = "Get-CsThing"
TOO_MANY_SHELLS, TOO_MANY_OPERATIONS, NO_CONFIGURATION = 0x803381A5, 0x803381A6, 0x8033803B
MALFORMED, UNSUPPORTED, INVALID_TIMEOUT = 0x80338041, 0x80338004, 0x8033800F
REFUSED = "Connection refused"


@pytest.fixture
def hosts() -> Iterator[Front]:
    """Hosts of the test's own."""
    passwords = {USER: PASSWORD, "other": "pässword"}
    settings = [HostSettings(ONPREM, passwords), HostSettings(ONLINE, passwords)]
    with Front(EmbeddedEngine(Trial()), settings) as front:
        yield front


@pytest.fixture
def host(hosts: Front) -> Endpoint:
    """One of them."""
    return hosts[ONPREM]


@pytest.mark.parametrize(("user", "password"), [(USER, "wrong"), (USER, ""), ("nobody", PASSWORD)])
def test_wrong_credentials(host: Endpoint, user: str, password: str) -> None:
    with pytest.raises(AuthenticationError), opened(host, user=user, password=password):
        pass
    assert host.shells_opened == 0


def test_user_names_in_any_case(host: Endpoint) -> None:
    with opened(host, user=USER.upper()):
        assert [shell.user for shell in host.shells()] == [USER]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_passwords_in_the_encodings_that_clients_use(host: Endpoint, encoding: str) -> None:
    encoded = base64.b64encode("other:pässword".encode(encoding)).decode()
    answer = requests.post(host.url, b"<x/>", headers={"Authorization": f"Basic {encoded}"}, timeout=5)
    assert answer.status_code == 500


@pytest.mark.parametrize("header", [{}, {"Authorization": "Negotiate abc"}, {"Authorization": "Basic ?"}])
def test_other_ways_to_sign_in(host: Endpoint, header: dict[str, str]) -> None:
    answer = requests.post(host.url, b"", headers=header, timeout=5)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="WSMAN"')


def fault_code(host: Endpoint, content: bytes) -> object:
    answer = requests.post(host.url, content, auth=(USER, PASSWORD), timeout=5)
    assert answer.status_code == 500
    return WSMan._parse_wsman_fault(answer.text).code


def test_requests_that_are_none(host: Endpoint) -> None:
    for content in (b"", b"not XML", b"<x/>"):
        assert fault_code(host, content) == MALFORMED
    assert requests.post(host.url + "/other", b"", timeout=5).status_code == 404


def test_actions_that_it_does_not_know(host: Endpoint) -> None:
    with connect(host) as wsman, pytest.raises(WSManFaultError) as caught:
        wsman.enumerate("http://schemas.microsoft.com/wbem/wsman/1/windows/shell")
    assert caught.value.code == UNSUPPORTED


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "PT-1S"), ("1.2.3", "PT1.2.3S"), ("x", "PTxS"), (5, ""), (0.5, ""), ("1M0", "PT1M0S")],
)
def test_a_timeout_has_to_be_one(host: Endpoint, seconds: Any, said: str) -> None:
    with opened(host) as client:
        wsman = client.pool.connection
        usual, wsman.operation_timeout = wsman.operation_timeout, seconds
        try:
            if "M" in str(seconds) or not said:
                assert client.pool.is_alive()
                return
            with pytest.raises(WSManFaultError) as caught:
                client.pool.is_alive()
        finally:
            wsman.operation_timeout = usual
        assert caught.value.code == INVALID_TIMEOUT
        assert f"invalid timeout field in the SOAP header: {said}." in str(caught.value.reason)


def test_what_it_says_of_itself(host: Endpoint) -> None:
    with connect(host) as wsman:
        wsman.update_max_payload_size()
        assert wsman.max_envelope_size == 500 * 1024


def test_a_configuration_that_is_not_there(host: Endpoint) -> None:
    with pytest.raises(WSManFaultError) as caught, opened(host, configuration="Nope"):
        pass
    assert caught.value.code == NO_CONFIGURATION
    assert "Cannot find the Nope session configuration" in caught.value.reason


def test_a_limit_of_shells_for_each_user(host: Endpoint) -> None:
    host.limit_shells(2)
    with ExitStack() as stack:
        for _dummy in range(2):
            stack.enter_context(opened(host))
        with pytest.raises(WSManFaultError) as caught:
            stack.enter_context(opened(host))
        assert caught.value.code == TOO_MANY_SHELLS
        stack.enter_context(opened(host, user="other", password="pässword"))
        assert (len(host.shells()), host.shells_opened) == (3, 3)
    with opened(host):
        assert host.shells_opened == 4


def test_throttling(host: Endpoint) -> None:
    with opened(host) as client:
        host.throttle(2)
        for _dummy in range(2):
            with pytest.raises(WSManFaultError) as caught:
                client.ask(GET, {"Identity": "a"})
            assert caught.value.code == TOO_MANY_OPERATIONS
        assert client.ask(GET, {"Identity": "a"}).state == "completed"
    assert host.requests_throttled == 2


def test_refused_connections(hosts: Front) -> None:
    host = hosts[ONPREM]
    with opened(host) as client:
        port = host.port
        host.refuse_connections()
        with pytest.raises(requests.exceptions.ConnectionError):
            client.ask(GET, {"Identity": "a"})
        with pytest.raises(requests.exceptions.ConnectionError, match=REFUSED), opened(host):
            pass
        with opened(hosts[ONLINE]):
            pass
        host.refuse_connections(False)
        assert host.port == port
        assert client.ask(GET, {"Identity": "a"}).state == "completed"


def test_hosts_know_nothing_of_each_others_shells(hosts: Front) -> None:
    with opened(hosts[ONPREM]) as client:
        assert len(hosts[ONPREM].shells()) == 1
        assert hosts[ONLINE].shells() == []
        assert hosts[ONLINE].drop_shells() == 0
        assert client.pool.is_alive()
        assert hosts[ONPREM].drop_shells() == 1
        assert not client.pool.is_alive()


def test_another_users_shell_is_not_there(host: Endpoint) -> None:
    with opened(host) as client, connect(host, user="other", password="pässword") as stranger:
        client.pool.shell.wsman = stranger
        assert not client.pool.is_alive()
        client.pool.shell.wsman = client.pool.connection


def test_a_port_of_ones_own_and_closing(hosts: Front) -> None:
    with Front(EmbeddedEngine(Trial()), [HostSettings("again", {USER: PASSWORD})]) as front:
        port = front["again"].port
    with Front(EmbeddedEngine(Trial()), [HostSettings("again", {USER: PASSWORD}, port=port)]) as front:
        assert front["again"].port == port
    with (
        pytest.raises(OSError, match="in use"),
        Front(EmbeddedEngine(Trial()), [HostSettings("taken", {USER: PASSWORD}, port=hosts[ONPREM].port)]),
    ):
        pass


def test_https() -> None:
    with Front(EmbeddedEngine(Trial()), [HostSettings(ONPREM, {USER: PASSWORD}, tls=ServerTls())]) as front:
        host = front[ONPREM]
        assert host.url.startswith("https://127.0.0.1:")
        with opened(host, cert_validation=False) as client:
            assert client.ask(GET, {"Identity": "a"}).state == "completed"
        with pytest.raises(requests.exceptions.SSLError), opened(host):
            pass
