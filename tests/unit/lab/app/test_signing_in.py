# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How clients sign in to a lab: what a seed may say of it, and what the inventory says then."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app import signing_in
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.authentication_yaml import METHODS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import SeedError
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import authentication

PREFIX = "ansible_psrp_"


def said(values: Mapping[str, Any]) -> dict[str, object]:
    """What the inventory of a lab says of signing in."""
    with Lab({"authentication": values}) as lab:
        found = lab.inventory()["all"]["vars"]
    return {name.removeprefix(PREFIX): value for name, value in found.items() if name.startswith(PREFIX)}


def test_basic_over_http_is_the_default() -> None:
    assert said({}) == {"auth": "basic", "protocol": "http", "message_encryption": "never"}


@pytest.mark.parametrize("method", ["negotiate", "ntlm", "credssp"])
def test_the_first_method_is_the_inventorys(method: str) -> None:
    assert said({"methods": [method, "basic"]}) == {"auth": method, "protocol": "http", "message_encryption": "auto"}


def test_the_files_of_tls_are_there_while_the_lab_runs() -> None:
    with Lab({"authentication": {"methods": ["certificate"], "https": True}}) as lab:
        variables = lab.inventory()["all"]["vars"]
        names = ("ca_cert", "certificate_pem", "certificate_key_pem")
        paths = [Path(variables[f"{PREFIX}{name}"]) for name in names]
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in paths)
        assert variables[f"{PREFIX}protocol"] == "https"
    assert not any(path.exists() for path in paths)


def test_the_name_of_the_service_is_that_of_the_keytab(tmp_path: Path) -> None:
    pytest.importorskip("gssapi")
    (tmp_path / "host.keytab").write_bytes(b"")
    found = said(
        {"methods": ["kerberos"], "keytab": str(tmp_path / "host.keytab"), "principal": "HTTP/sfb01.contoso.com"}
    )
    assert found["negotiate_service"] == "HTTP"
    assert found["negotiate_hostname_override"] == "sfb01.contoso.com"


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ({"authentication": {"methods": ["steam"]}}, "There is no authentication steam; there are basic,"),
        ({"authentication": {"methods": []}}, "There is no authentication without a method"),
        ({"authentication": {"methods": ["kerberos"]}}, "Kerberos needs a keytab"),
        ({"authentication": {"keytab": "none.keytab"}}, "There is no file none.keytab"),
        ({"authentication": {"methods": ["certificate"]}}, "need TLS"),
        ({"authentication": {"unencrypted": False}}, "basic cannot encrypt messages"),
        ({"authentication": {"tls": "1.4"}}, "one of any, 1.0"),
        ({"authentication": {"channel_binding": "tight"}}, "one of relaxed, strict, none"),
        ({"authentication": {"https": "yes"}}, "true or false"),
        ({"authentication": {"colour": "red"}}, "colour"),
        ({"authentication": {"methods": ["ntlm"]}, "accounts": {"x": "a:b"}}, "may not have a colon"),
    ],
)
def test_what_cannot_work_is_one_sentence(seed: Mapping[str, Any], message: str) -> None:
    with pytest.raises(SeedError, match=message), Lab(seed):
        pass


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "missing_libraries", lambda wanted: ["pyspnego"])
    with (
        pytest.raises(SeedError, match="is missing in this Python: pyspnego"),
        Lab({"authentication": {"methods": ["ntlm"]}}),
    ):
        pass


def test_seeds_and_hosts_know_the_same_methods() -> None:
    assert sorted(METHODS) == sorted(authentication.METHODS)
