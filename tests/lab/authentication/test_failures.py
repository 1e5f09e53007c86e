# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a client from signing in is said in one sentence with its remedy, as real acceptors and a real KDC give rise to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front, HostSettings

from tests.kerberos import HOST, KerberosRealm
from tests.lab.authentication.conftest import ConnectWith
from tests.lab.authentication.failures import FAILURES, KERBEROS, NTLM, WRONG, Failure
from tests.lab.authentication.hosts import Certificates, accepting
from tests.lab.connection.client import options_for


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="session")
def certificates(folder: Path) -> Certificates:
    return Certificates(folder)


def front(lab: Lab, certificates: Certificates, failure: Failure, realm: KerberosRealm | None) -> Front:
    """A host as the failure wants it."""
    accepts = accepting(realm.keytab if realm else None)[failure.accepts]
    host = HostSettings("sfb01", dict([ACCOUNT]), tls=certificates.tls[failure.tls], authentication=accepts)
    return Front(EmbeddedEngine(lab.organisation), [host])


def options(certificates: Certificates, folder: Path, failure: Failure) -> dict[str, object]:
    """The client's options."""
    tls = failure.tls != "none"
    base = {
        "sessions": 1,
        "message_encryption": "auto",
        "protocol": "https" if tls else "http",
        "ca_cert": certificates.ca_cert,
    }
    client = certificates.client(failure.client) if failure.client else {}
    changed = {
        name: value.format(folder=folder) if isinstance(value, str) else value
        for name, value in failure.options.items()
    }
    return {**base, **client, **changed}


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failure_is_named(
    failure: Failure,
    lab: Lab,
    certificates: Certificates,
    folder: Path,
    connect_with: ConnectWith,
    request: pytest.FixtureRequest,
) -> None:
    realm: KerberosRealm | None = request.getfixturevalue("realm") if failure.realm else None
    with front(lab, certificates, failure, realm) as hosts:
        endpoint = hosts["sfb01"]
        fault = connect_with(options_for(endpoint, **options(certificates, folder, failure))).fault()
        assert endpoint.shells_opened == 0
    assert fault["code"] == failure.code
    assert failure.message in fault["message"]
    assert failure.remedy in fault["remedy"]
    assert "sfb01" in fault["message"]
    assert WRONG["remote_password"] not in str(fault)


@pytest.mark.parametrize("changed", [NTLM, KERBEROS], ids=["NTLM", "Kerberos"])
def test_relaxed_hosts_ask_for_no_channel(
    changed: dict[str, str],
    lab: Lab,
    certificates: Certificates,
    folder: Path,
    connect_with: ConnectWith,
    realm: KerberosRealm,
) -> None:
    relaxed = Failure("", {**changed, "negotiate_send_cbt": False}, "", "", "", tls="good", accepts="relaxed")
    with front(lab, certificates, relaxed, realm) as hosts:
        client = connect_with(options_for(hosts["sfb01"], **options(certificates, folder, relaxed)))
        assert client.hello()["state"] == "ready"


def test_negotiate_goes_over_to_ntlm_where_a_name_has_no_principal(
    lab: Lab, certificates: Certificates, folder: Path, connect_with: ConnectWith, realm: KerberosRealm
) -> None:
    changed = {**KERBEROS, "auth": "negotiate", "negotiate_hostname_override": f"un{HOST}"}
    with front(lab, certificates, Failure("", changed, "", "", ""), realm) as hosts:
        client = connect_with(
            options_for(hosts["sfb01"], **options(certificates, folder, Failure("", changed, "", "", "")))
        )
        assert client.hello()["state"] == "ready"
