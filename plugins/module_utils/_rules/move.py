# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where users are homed, and what moving them means (R16, R31 to R34, R63 to R66)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .._model import faults, organisation_reasons, reasons
from .._model.actions import MoveUser
from .._model.decision import Change, Decision, Keep, Reason, Refuse, Shown
from .._model.failure import InvalidOption
from .._model.identity import names_one
from .._model.target import Target
from .._model.user import Homing, User
from .guards import unless_homing_known, without_facts

# What a move back on-prem does not bring back (R64).
LOST_BY_MOVING_BACK = (
    "Users moved back on-prem do not get their contacts back, their meetings stay Teams meetings, "
    "and their coexistence mode becomes the tenant default."
)

# A folder that a server finds from any session: on a drive or a share, without what no name of a file may have.
_FOLDER = re.compile(r'(?:[A-Za-z]:|\\\\[^\\/:*?"<>|\x00-\x1f]+)[\\/][^:*?"<>|\x00-\x1f]*')


def check_options(target: str | None, report_dir: str | None) -> None:
    """Raise InvalidOption where one of these options of a move holds what it cannot hold."""
    if target is not None and not names_one(target):
        problem = f"target {target!r} is empty or contains a wildcard or control character."
        raise InvalidOption(problem, "Name one pool or hosting provider. Nothing was sent.")
    if report_dir is not None and not _FOLDER.fullmatch(report_dir):
        problem = f"report_dir {report_dir!r} is not the full path of a folder on a Windows server."
        raise InvalidOption(problem, r"Name one such as D:\Reports or \\server\share\Reports. Nothing was sent.")


def fault_with_report(fault: Reason | None, error: str | None) -> Reason | None:
    """Return why a move failed by what the cmdlet said (`fault`) and what its report says (`error`); None where neither says so.

    The report counts (R37), unless nothing is known of its words while the cmdlet's own mean something.
    """
    if error is None:
        return fault
    reported = faults.classify(faults.Fault(error))
    if fault is None:
        return reported
    unknown = reported.code == reasons.UNCLASSIFIED.code != fault.code
    return fault if unknown else replace(reported, fault=fault.fault)


@dataclass(frozen=True, slots=True)
class Move:
    """Users are homed at `target`. `how` carries the options of the move; its identity and target are filled in per user."""

    target: Target
    how: MoveUser

    def decide(self, user: User) -> Decision:
        """Return what is to be done about `user`."""
        if self._back and user.hosting_provider == "":
            return Refuse(reasons.NOT_ENABLED_ONPREM.format(user=user.id.text), user.home())
        if unread := unless_homing_known(user):
            return unread
        if self.target.holds(user):
            return Keep(user.home())
        if Homing.ONLINE is user.homing is self.target.homing:
            about = {"user": user.id.text, "provider": user.hosting_provider, "target": self.target.fqdn}
            return Refuse(reasons.HOMED_ELSEWHERE.format(**about), user.home())
        if user.homing is not self.target.homing and (closed := self._closed()):
            return Refuse(closed, user.home())
        if self._back and user.enabled is False:
            return Refuse(reasons.ACCOUNT_DISABLED.format(user=user.id.text), user.home())
        pool = self.target.fqdn if self._back else None
        after = replace(user, homing=self.target.homing, registrar_pool=pool)
        how = self.how.fitted(between_pools=user.homing is self.target.homing)
        return Change(user.home(), after.home(), replace(how, identity=user.identity, target=self.target.fqdn))

    def brings_back(self, before: Shown | None) -> bool:
        """Return whether a move from this state is one back from the cloud."""
        return self._back and before is not None and before.get("homing") == Homing.ONLINE.value

    def without(self, reason: Reason) -> Decision:
        """Return what is to be done about a user who could not be read: back on-prem, somebody has to be enabled there first (R66)."""
        if self._back and reason.code == reasons.USER_NOT_FOUND.code:
            needed = reasons.NOT_ENABLED_ONPREM
            return Refuse(replace(reason, code=needed.code, remedy=needed.remedy))
        return without_facts(reason)

    @property
    def _back(self) -> bool:
        return self.target.homing is Homing.ONPREM

    def _closed(self) -> Reason | None:
        """Why nobody can be moved between the deployment and the cloud (R16, R34, R65)."""
        unsigned = None in (self.how.credential_user, self.how.credential_password)
        return self.target.closed or (organisation_reasons.CREDENTIAL_MISSING if unsigned else None)
