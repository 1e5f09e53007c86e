# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment on-premises as its cmdlets show and change it."""

from __future__ import annotations

import pytest

from tests.unit.lab.organisation.builders import CLOUD, POOL1, Org, all_properties, error, properties, succeeded

NEW = {"Enabled": True, "EnabledSharedAddressSpace": True, "HostsOCSUsers": True}


def test_the_hosting_provider_is_what_a_hybrid_needs() -> None:
    found = properties(Org().server("Get-CsHostingProvider"))
    assert {name: found[name] for name in ("ProxyFqdn", "VerificationLevel", "IsLocal", *NEW)} == {
        "ProxyFqdn": CLOUD,
        "VerificationLevel": "UseSourceVerification",
        "IsLocal": False,
        **NEW,
    }
    assert found["AutodiscoverUrl"] == "https://webdir.online.lync.com/Autodiscover/AutodiscoverService.svc/root"


def test_providers_are_unique_by_name_and_proxy() -> None:
    org = Org()
    duplicate = org.server("New-CsHostingProvider", Identity="office365", ProxyFqdn="other", **NEW)
    assert 'duplicate key sequence "office365"' in error(duplicate)
    assert error(org.server("New-CsHostingProvider", Identity="Other", ProxyFqdn=CLOUD, **NEW))
    made = org.server("New-CsHostingProvider", Identity="Other", ProxyFqdn="sip.other.com", **NEW)
    assert properties(made)["VerificationLevel"] == "AlwaysVerifiable"
    assert len(all_properties(org.server("Get-CsHostingProvider", Filter="O*"))) == 2
    assert succeeded(org.server("Remove-CsHostingProvider", Identity="Other"))
    assert "does not exist" in error(org.server("Get-CsHostingProvider", Identity="Other"))


def test_changing_a_provider() -> None:
    org = Org()

    def state() -> tuple[object, object]:
        found = properties(org.server("Get-CsHostingProvider", Identity="Office365"))
        return found["Enabled"], found["EnabledSharedAddressSpace"]

    org.server("Set-CsHostingProvider", Identity="Office365", EnabledSharedAddressSpace=False)
    assert state() == (True, False)
    org.server("Disable-CsHostingProvider", Identity="office365")
    assert state() == (False, False)
    org.server("Enable-CsHostingProvider", Instance=org.server("Get-CsHostingProvider").output[0])
    assert state() == (True, False)


def test_pools() -> None:
    org = Org()
    assert [one["Identity"] for one in all_properties(org.server("Get-CsPool"))] == [POOL1, "pool02.contoso.com"]
    found = properties(org.server("Get-CsPool", Identity="POOL01.contoso.com"))
    assert (found["Computers"], f"Registrar:{POOL1}" in found["Services"]) == (["fe01.contoso.com"], True)
    assert properties(org.server("Get-CsPool", Site="paris"))["Identity"] == POOL1
    assert "nowhere" in error(org.server("Get-CsPool", Identity="nowhere"))


def test_the_edge() -> None:
    org = Org()
    found = properties(org.server("Get-CsAccessEdgeConfiguration"))
    assert (found["Identity"], found["EnablePartnerDiscovery"], found["AllowFederatedUsers"]) == ("Global", True, True)
    org.server("Set-CsAccessEdgeConfiguration", UseDnsSrvRouting=True, EnablePartnerDiscovery=False)
    assert properties(org.server("Get-CsAccessEdgeConfiguration"))["EnablePartnerDiscovery"] is False
    assert "Remove all hosting providers" in error(org.server("Set-CsAccessEdgeConfiguration", UseDefaultRouting=True))


@pytest.mark.parametrize(("asked", "rows"), [(None, 2), ("fe01.contoso.com", 1), ("fe09", 0)])
def test_replication(asked: str | None, rows: int) -> None:
    found = all_properties(Org().server("Get-CsManagementStoreReplicationStatus", ReplicaFqdn=asked))
    assert [one["UpToDate"] for one in found] == [True] * rows
