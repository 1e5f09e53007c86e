# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the connection: those of ansible.builtin.psrp, and how they become an address."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins.connection import psrp
from ansible_collections.sfb.teams_upgrade.plugins.connection import runspace
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.address import address_of, identity_of
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.endpoint import Endpoint
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import NoSession

FRAGMENTS = "ansible_collections.sfb.teams_upgrade.plugins.doc_fragments"
OURS: dict[str, dict[str, Any]] = {}
for _name in ("runspace_transport", "runspace_auth", "runspace_sign_in", "runspace_sharing"):
    _fragment = importlib.import_module(f"{FRAGMENTS}.{_name}").ModuleDocFragment
    OURS |= yaml.safe_load(_fragment.DOCUMENTATION)["options"]
OURS |= yaml.safe_load(runspace.DOCUMENTATION)["options"]
THEIRS: dict[str, dict[str, Any]] = yaml.safe_load(psrp.DOCUMENTATION)["options"]

DEFAULTS = {name: option.get("default") for name, option in OURS.items()}


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_an_inventory_for_psrp_fits(name: str) -> None:
    facts = ("type", "default", "vars", "keyword", "aliases")
    assert {fact: OURS[name].get(fact) for fact in facts} == {fact: THEIRS[name].get(fact) for fact in facts}
    assert sorted(OURS[name].get("choices", [])) == sorted(THEIRS[name].get("choices", []))


def test_our_own_variables_have_our_prefix() -> None:
    own = [entry["name"] for name in OURS.keys() - THEIRS.keys() for entry in OURS[name]["vars"]]
    frameworks = {
        "ansible_connect_timeout",
        "ansible_command_timeout",
        "ansible_persistent_log_messages",
        "inventory_hostname",
    }
    assert {name for name in own if not name.startswith("ansible_runspace_")} == frameworks


@pytest.mark.parametrize(
    ("port", "protocol", "address"),
    [
        (None, None, (5986, "https")),
        (5985, None, (5985, "http")),
        (5986, None, (5986, "https")),
        (8443, None, (8443, "https")),
        (None, "http", (5985, "http")),
        (None, "https", (5986, "https")),
        (8080, "http", (8080, "http")),
    ],
)
def test_port_and_protocol_follow_from_each_other(
    port: int | None, protocol: str | None, address: tuple[int, str]
) -> None:
    options = DEFAULTS | {"remote_addr": "sfb01", "port": port, "protocol": protocol}
    assert address_of(options.__getitem__) == ("sfb01", *address)


HOST = DEFAULTS | {"remote_addr": "ps01", "remote_user": "u", "remote_password": "p"}


@pytest.mark.parametrize(
    "other",
    [
        {"remote_addr": "ps02"},
        {"port": 8443},
        {"protocol": "http"},
        {"path": "OcsPowershell"},
        {"configuration_name": "Restricted"},
        {"inventory_name": "another host at the same address"},
        {"remote_user": "v"},
        {"side": "online"},
        {"teams_tenant_id": "t"},
        {"teams_user": "w"},
    ],
)
def test_another_endpoint_side_or_account_has_sessions_of_its_own(other: dict[str, Any]) -> None:
    assert identity_of((HOST | other).__getitem__) != identity_of(HOST.__getitem__)


@pytest.mark.parametrize("other", [{"remote_password": "q"}, {"sessions": 8}, {"read_timeout": 60}, {"port": 5986}])
def test_other_options_and_secrets_make_no_difference(other: dict[str, Any]) -> None:
    assert identity_of((HOST | other).__getitem__) == identity_of(HOST.__getitem__)


@pytest.mark.parametrize(
    ("options", "trust"),
    [
        ({}, True),
        ({"ca_cert": "/ca.pem"}, "/ca.pem"),
        ({"cert_validation": "ignore"}, False),
        ({"cert_validation": "ignore", "ca_cert": "/ca.pem"}, False),
    ],
)
def test_certificates_are_checked_unless_set_otherwise(options: dict[str, Any], trust: object) -> None:
    endpoint = Endpoint.of((DEFAULTS | {"remote_addr": "sfb01"} | options).__getitem__)
    assert endpoint.settings["cert_validation"] == trust


FILES = ("ca_cert", "certificate_pem", "certificate_key_pem")
FOLDER, LOOP = "folder", "loop"


@pytest.mark.parametrize(
    ("options", "variable", "why"),
    [
        ({"auth": "certificate", "certificate_pem": FOLDER}, "ansible_psrp_certificate_pem", "Is a directory"),
        ({"auth": "certificate", "certificate_key_pem": FOLDER}, "ansible_psrp_certificate_key_pem", "Is a directory"),
        ({"ca_cert": LOOP}, "ansible_psrp_ca_cert", "Too many levels of symbolic links"),
        # What is not used, may be whatever it is; what is not there, pypsrp names.
        ({"auth": "ntlm", "certificate_pem": FOLDER}, "", ""),
        ({"protocol": "http", "ca_cert": LOOP}, "", ""),
        ({"cert_validation": "ignore", "ca_cert": LOOP}, "", ""),
        ({"ca_cert": FOLDER}, "", ""),
        ({"ca_cert": "nowhere.pem"}, "", ""),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, options: dict[str, str], variable: str, why: str) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / LOOP).symlink_to(LOOP)
    paths = {name: str(tmp_path / value) for name, value in options.items() if name in FILES}
    endpoint = Endpoint.of((DEFAULTS | {"remote_addr": "sfb01"} | options | paths).__getitem__)
    if not variable:
        endpoint.check_files()
        return
    with pytest.raises(NoSession) as refused:
        endpoint.check_files()
    (path,) = paths.values()
    assert f"{variable} names a file that cannot be read, {path} ({why})" in refused.value.fault.message


def test_an_endpoint_shows_no_password_when_printed() -> None:
    endpoint = Endpoint.of((DEFAULTS | {"remote_addr": "sfb01", "remote_password": "hush-hush"}).__getitem__)
    assert "hush-hush" not in repr(endpoint)


def test_each_client_of_an_endpoint_has_a_connection_of_its_own() -> None:
    endpoint = Endpoint.of(
        (DEFAULTS | {"remote_addr": "sfb01", "remote_user": "u", "remote_password": "p"}).__getitem__
    )
    endpoint.prepare()
    one, two = endpoint.wsman(), endpoint.wsman(short_timeouts=True)
    assert one.session_id != two.session_id
    assert one.transport is not two.transport
    assert (one.transport.read_timeout, two.transport.read_timeout) == (30, 3)
