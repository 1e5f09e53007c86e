# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SIP domains of the tenant: Get-, Enable- and Disable-CsOnlineSipDomain."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from ..bound import Behaviour, Bound, Refusal, rows
from ..identities import bare, fold
from ..tenant import SipDomain


def get_domains(bound: Bound) -> Outcome:
    """Get-CsOnlineSipDomain."""
    wanted, status = bound.text("Domain"), bound.text("DomainStatus")
    return rows(
        [
            Thing(
                "Microsoft.Rtc.Management.Hosted.Provision.OSD.OnlineSipDomainBase+DomainState",
                {"Name": domain.name, "Status": "Enabled" if domain.enabled else "Disabled"},
            )
            for domain in bound.world.tenant.settings.domains
            if (wanted is None or fold(domain.name) == fold(wanted))
            and (status is None or domain.enabled is (fold(status) == "enabled"))
        ]
    )


def enable_domain(bound: Bound) -> Outcome:
    """Enable-CsOnlineSipDomain."""
    _domain(bound).enabled = True
    return Outcome()


def disable_domain(bound: Bound) -> Outcome:
    """Disable-CsOnlineSipDomain: users of the cloud with an address in it lose it, with their contacts and meetings."""
    domain = _domain(bound)
    domain.enabled = False
    for user in bound.world.tenant:
        if not user.on_premises and bare(user.sip).endswith("@" + fold(domain.name)):
            bound.touched.append(user.sip)
            bound.world.tenant.rename(user, "")
            user.contacts, user.calendar.skype, user.calendar.teams = 0, 0, 0
    return Outcome()


def _domain(bound: Bound) -> SipDomain:
    wanted = bound.text("Domain") or ""
    found = next((one for one in bound.world.tenant.settings.domains if fold(one.name) == fold(wanted)), None)
    if found is None:
        raise Refusal(f"The domain '{wanted}' was not found in the tenant.", "NotFound", "ObjectNotFound")
    return found


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsOnlineSipDomain": get_domains,
    "Enable-CsOnlineSipDomain": enable_domain,
    "Disable-CsOnlineSipDomain": disable_domain,
}
