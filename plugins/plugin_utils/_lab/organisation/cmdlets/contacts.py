# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else a user has on-premises: effective policies, dial-in conferencing (R23), contacts that may be in Exchange (R25)."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from .. import shapes_onprem as shapes
from .. import texts
from ..bound import Behaviour, Bound, output, rows
from ..finding import directory_users, each, one_or_more
from ..identities import bare, fold
from ..modes import untagged
from ..records import AdUser


def effective_policy(bound: Bound) -> Outcome:
    """Get-CsEffectivePolicy: which instance of each policy a user has, the global one where none was granted."""
    return rows(
        [
            Thing(
                "Microsoft.Rtc.Management.AD.Cmdlets.EffectivePolicies",
                {
                    "Identity": user.dn,
                    shapes.UPGRADE_POLICY: f"Tag:{name}"
                    if (name := shapes.granted_name(bound.world, user))
                    else "Global",
                },
            )
            for user in directory_users(bound)
        ]
    )


def conferencing_policy(bound: Bound) -> Outcome:
    """Get-CsConferencingPolicy: the instance Global, which allows no dial-in, and the one that does (R23)."""
    wanted = bound.text("Identity")
    known = {"Global": False, f"Tag:{shapes.DIAL_IN}": True}
    return rows(
        [
            Thing(
                "Microsoft.Rtc.Management.WritableConfig.Policy.Meeting.MeetingPolicy",
                {"Identity": identity, "EnableDialInConferencing": allowed},
            )
            for identity, allowed in known.items()
            if wanted is None or fold(untagged(identity)) == fold(untagged(wanted))
        ]
    )


def access_numbers(bound: Bound) -> Outcome:
    """Get-CsDialInConferencingAccessNumber: there is one where anybody can be dialled in to."""
    if not any(user.dial_in for user in bound.world.directory):
        return Outcome()
    properties = {
        "PrimaryUri": "sip:dial-in@contoso.com",
        "LineUri": "tel:+33155550100",
        "DisplayNumber": "+33 1 55 55 01 00",
    }
    return output(Thing("Microsoft.Rtc.Management.Xds.AccessNumber", properties))


def test_contact_store(bound: Bound) -> Outcome:
    """Test-CsUnifiedContactStore: succeeds for a user whose contacts are in Exchange, and who has any (R25)."""
    address = bound.text("UserSipAddress") or ""
    user = next((one for one in bound.world.directory.find(address) if bare(one.sip) == bare(address)), None)
    passed = user is not None and user.contacts_unified and user.contacts > 0
    return output(
        Thing(
            "Microsoft.Rtc.SyntheticTransactions.WebTaskOutput",
            {
                "TargetFqdn": bound.text("TargetFqdn"),
                "TargetUri": "",
                "Result": "Success" if passed else "Failure",
                "Latency": "00:00:00.2500000",
                "Error": "" if passed else texts.NO_CONTACTS,
                "Diagnosis": "",
            },
        )
    )


def debug_contact_store(bound: Bound) -> Outcome:
    """Debug-CsUnifiedContactStore: of a pool how many users are where, of a user whether the contacts have moved to Exchange."""
    kind = "Microsoft.Rtc.Management.Presence.Cmdlets.GetUcsFrontEndData"
    pool = bound.text("PoolFqdn")
    if pool is None:
        return rows([Thing(kind, _contacts(user)) for user in one_or_more(bound)])
    users = [user for user in bound.world.directory if fold(user.pool or "") == fold(pool)]
    migrated = sum(user.contacts_unified for user in users)
    counts = {"UcsDisabledCount": len(users) - migrated, "UcsAllowedCount": migrated, "UcsMigratingCount": 0}
    return output(Thing(kind, {"FrontEnd": pool, **counts, "UcsMigratedCount": migrated, "FailedUserData": None}))


def _contacts(user: AdUser) -> dict[str, object]:
    """What a user's row is called is not published; these names are ours."""
    state = "Migrated" if user.contacts_unified else "NotMigrated"
    return {"UserSipAddress": user.sip, "UcsState": state, "MigrationAttempts": int(user.contacts_unified)}


def roll_back_contacts(bound: Bound) -> Outcome:
    """Invoke-CsUcsRollback: brings the contacts back from Exchange."""
    users = one_or_more(bound)

    def work(user: AdUser) -> None:
        user.contacts_unified = False
        bound.touched.append(user.sip)

    failures = list(each(users, work))
    return rows([shapes.ad_user(bound.world, user) for user in users] if bound.flag("PassThru") else [], failures)


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsEffectivePolicy": effective_policy,
    "Get-CsConferencingPolicy": conferencing_policy,
    "Get-CsDialInConferencingAccessNumber": access_numbers,
    "Test-CsUnifiedContactStore": test_contact_store,
    "Debug-CsUnifiedContactStore": debug_contact_store,
    "Invoke-CsUcsRollback": roll_back_contacts,
}
