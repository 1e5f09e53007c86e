# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rehearsal of an export has to assume: each thing once, with the number of users and the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

_SHOWN = 3


class Assumption(StrEnum):
    """What was assumed of users for whom an export does not say it."""

    UNKNOWN_TO_TENANT = (
        "Not in the online export, so taken for users whom the tenant does not know (if that export was made with a filter, repeat it "
        "without, or set online_is_complete: false)"
    )
    LEFT_OUT_ONLINE = (
        "Not in the online export, and taken for known to the tenant with both licences and no policy of their own"
    )
    NO_ONLINE_EXPORT = (
        "Known to the tenant with both licences and no policy of their own, since there is no online export"
    )
    NOT_IN_DIRECTORY = (
        "Homed on-prem for the tenant and not in the on-prem export, so taken for enabled users of the first pool (if that export was made "
        "with a filter, repeat it without)"
    )
    NO_ONPREM_EXPORT = (
        "Homed on-prem for the tenant, and enabled users of one pool and one OU, since there is no on-prem export"
    )
    NO_SIP_ADDRESS = "Without a SIP address in the on-prem export, and left out"
    NO_HOME = "Without HostingProvider and RegistrarPool in the on-prem export, and left out"
    NO_PROVIDER = "Without HostingProvider in the on-prem export, and taken for homed on their pool"
    TWICE = "Twice in an export with the same values, and counted once"
    DELETED_AGAIN = "Deleted in the tenant and there again under the same address: the deleted account is left out"
    OTHER_HOME = "Homed differently in the two exports: each side starts as its own export says"
    OTHER_NAME = (
        "With another user principal name in the online export: the one of the on-prem export counts on both sides"
    )
    OTHER_TYPE = "In both exports, and no User by AccountType: taken for users"
    LICENCES = "Licensed for Teams and Skype for Business Online (Plan 2), since neither AssignedPlan nor FeatureTypes can be read"
    SKYPE_PLAN = "Licensed for Skype for Business Online (Plan 2) as for Teams, since FeatureTypes has no word for it"
    ERRORS = "Without validation errors, since UserValidationErrors is missing or was not exported as text"
    POLICY_FROM_MODE = (
        "With the policy of their effective mode, since TeamsUpgradePolicy was not exported as text or is not known"
    )
    NOTIFY_POLICY = "Without an on-prem policy, since TeamsUpgradePolicy of the on-prem export is missing or was not exported as text"
    MODE_DIFFERS = "In another effective mode than that of their own policy: the policy counts"
    MODE_FROM_GROUP = "Without a policy of their own and in another mode than the tenant's default: given it as policies of groups are"
    NOT_TEAMS_ONLY = (
        "Homed online and in another mode than TeamsOnly, which the service does not allow today: TeamsOnly in the rehearsal (set "
        'profile: "2020" where the tenant still allows it)'
    )
    NO_DN = "Without a distinguished name as Identity, and put into OU=People of the first domain"
    DAMAGED_NUMBER = (
        "With a telephone number that lost its form in a spreadsheet: it counts as a number, whatever it is"
    )
    DAMAGED_NAME = (
        "With ? in the display name, as an export as ASCII writes for letters such as \u00fc: shown like that"
    )


class Assumed:
    """The users for whom something was assumed."""

    def __init__(self) -> None:
        self._users: dict[Assumption, list[str]] = {}

    def of(self, assumption: Assumption, user: str) -> None:
        """Note something that is assumed of a user."""
        self._users.setdefault(assumption, []).append(user)

    def users(self, assumption: Assumption) -> Sequence[str]:
        """Return the users of whom something is assumed."""
        return self._users.get(assumption, ())

    def sentences(self) -> list[str]:
        """Return a sentence for each thing that is assumed, with the number of users and the first of them."""
        return [f"{each}: {counted(self._users[each])}." for each in Assumption if each in self._users]


def counted(users: Sequence[str]) -> str:
    """Return how many users there are, and the first of them."""
    named = ", ".join(users[:_SHOWN])
    more = ", ..." if len(users) > _SHOWN else ""
    return f"{len(users):,} user{'s' if len(users) > 1 else ''} ({named}{more})"
