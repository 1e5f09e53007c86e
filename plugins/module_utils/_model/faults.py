# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue of what hosts say when something fails: a code or pattern, and the reason it means.

The number in `Error=(NNN)` counts before the text, since Microsoft's texts contain typing errors (R38).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from . import reasons
from .decision import Reason, Scope

_HOSTED_MIGRATION = re.compile(r"Error=\((\d+)\)")
# Whom an error is about does not tell what it means: room.503@contoso.com is no busy service.
_ADDRESS = re.compile(r"[\w.+'#%-]+@[\w.-]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What a host said: the text, the error's full id and category."""

    text: str
    id: str = ""
    category: str = ""

    @property
    def short_id(self) -> str:
        """The id without the cmdlet's class."""
        return self.id.split(",", 1)[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue. `code` is a number of hosted migration, `id` an error id, `text` a pattern; any may be empty."""

    reason: Reason
    code: str = ""
    id: str = ""
    text: str = ""

    def means(self, fault: Fault) -> bool:
        """Return whether the fault is this one."""
        number = _HOSTED_MIGRATION.search(fault.text)
        if self.code:
            return number is not None and number.group(1) == self.code
        if number is not None:
            return False
        by_id = not self.id or fault.short_id == self.id
        said = _ADDRESS.sub(" ", fault.text)
        return by_id and (not self.text or re.search(self.text, said, re.IGNORECASE | re.DOTALL) is not None)


def _entry(
    code: str, remedy: str, *, number: str = "", id: str = "", text: str = "", stops: bool = False, retry: bool = False
) -> Entry:
    scope = Scope.ORGANISATION if stops else Scope.USER
    return Entry(Reason(code, "", remedy, scope, retry), number, id, text)


CATALOGUE: tuple[Entry, ...] = (
    _entry(
        "shared_sip_address_space",
        "Set SharedSipAddressSpace true in the tenant (Set-CsTenantFederationConfiguration).",
        number="510",
        stops=True,
    ),
    _entry(
        "not_licensed",
        "Assign the Teams and Skype for Business Online (Plan 2) licences; a new licence takes up to 30 minutes to count.",
        number="507",
        retry=True,
    ),
    _entry(
        "not_synced", "Let the directory sync carry the msRTCSIP attributes to the cloud, then run again.", number="506"
    ),
    _entry(
        "other_domain",
        "Name a domain controller of the user's domain with domain_controller.",
        text="Cannot find user in Active Directory with the following SIP URI",
    ),
    _entry(
        "protected_account",
        "The account is protected in Active Directory: move it with an account that has rights on it.",
        text="Insufficient access rights to perform the operation",
    ),
    _entry(
        "not_provisioned",
        "Wait for the user replicator, then run again.",
        text="SetMoveResourceData failed because the user is not provisioned",
        retry=True,
    ),
    _entry(
        "edge_pools",
        "Leave federation enabled on one Edge pool only.",
        text="multiple federated Edge pools",
        stops=True,
    ),
    _entry(
        "override_url",
        "Leave hosted_migration_override_url out.",
        text="did not return expected status code from request for WWW-Authenticate",
        stops=True,
    ),
    _entry(
        "teams_module",
        "Install a MicrosoftTeams module from 6.2.1 to 7.1 on the moving server, or server build 7.0.2046.849 or later.",
        text="Forest header can't be null|MicrosoftTeams (PowerShell )?module",
        stops=True,
    ),
    _entry(
        "not_a_user_policy",
        "Leave policy out and use state: absent to fall back to the tenant default.",
        text="is not a user policy",
    ),
    _entry(
        "not_signed_in",
        "Set the ansible_runspace_teams_ variables for signing in, and check the application's roles.",
        text="Connect-MicrosoftTeams|UnauthorizedAccess|not authenticated|session is not authenticated",
        stops=True,
    ),
    _entry(
        "credential_refused",
        "Check the account that signs in (of moves, teams_upgrade_move_credential_user), its password, and that it has no second factor.",
        text="credential.*(invalid|incorrect|refused)|invalid (user ?name|credential)|AADSTS",
        stops=True,
    ),
    _entry(
        "prompt",
        "Give credential_user and credential_password, so that nothing has to ask.",
        text="prompts the user failed because the host program",
        stops=True,
    ),
    _entry(
        "throttled",
        "The service is busy; run again later.",
        text=r"throttl|too many requests|temporarily unavailable|(?<![\w.])(429|503)(?![\w.]*\w)",
        retry=True,
    ),
    _entry(
        "access_denied",
        "Give the signed-in account the role that the cmdlet needs.",
        text="access (is )?denied|not authori[sz]ed|Authorization_RequestDenied|Forbidden",
        stops=True,
    ),
    _entry(
        "cmdlet_missing",
        "Update the module on the host, or make the cmdlet visible on its endpoint.",
        id="CommandNotFoundException",
        stops=True,
    ),
    _entry(
        "parameter_missing",
        "Update the module on the host, or list the parameter on its endpoint.",
        id="NamedParameterNotFound",
        stops=True,
    ),
    _entry(
        "call_not_bound",
        "This is a defect of the collection: please report it.",
        id="ParameterArgumentValidationError",
        stops=True,
    ),
    _entry(
        "call_not_bound",
        "This is a defect of the collection: please report it.",
        id="ParameterArgumentTransformationError",
        stops=True,
    ),
    _entry(
        "call_not_bound",
        "This is a defect of the collection: please report it.",
        id="AmbiguousParameterSet",
        stops=True,
    ),
    _entry(
        "call_not_bound",
        "This is a defect of the collection: please report it.",
        id="MissingMandatoryParameter",
        stops=True,
    ),
    _entry("user_not_found", "Check the address on this host.", id="ManagementObjectNotFound"),
    _entry(
        "user_not_found",
        "Check the address on this host.",
        # The user has to be what is not found: a server of the user, say, is another matter.
        text=r"Management object not found|cannot find (any )?user\b|can'?t find user\b"
        r"|(^|[.:]) *(the )?user\b(\W|with identity|'[^']*')*(was |is |could )?(not (be )?found|does not exist)",
    ),
)


def classify(fault: Fault) -> Reason:
    """Return the reason that a fault means; an unknown one keeps its whole text and concerns the user alone (R38)."""
    reason = next((entry.reason for entry in CATALOGUE if entry.means(fault)), reasons.UNCLASSIFIED)
    number = _HOSTED_MIGRATION.search(fault.text)
    return replace(reason, message=fault.text.strip(), fault=fault.short_id, number=number.group(1) if number else "")


# What else may be missing where a user was asked for.
_ANOTHER = re.compile(r"\b(server|controller|host|mailbox|domain|forest|endpoint|service)\b", re.IGNORECASE)


def is_not_found(faults: Iterable[Fault]) -> bool:
    """Return whether the host answered a question about one user by saying that there is no such user.

    The category counts as well as the text, since modules word it differently; a cmdlet or a server that is missing has the same
    category.
    """
    meanings = ((fault, classify(fault)) for fault in faults)
    return any(
        reason.code == "user_not_found"
        or (
            fault.category.startswith("ObjectNotFound")
            and reason.scope is Scope.USER
            and not reason.retryable
            and not _ANOTHER.search(_ADDRESS.sub(" ", fault.text))
        )
        for fault, reason in meanings
    )
