# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which policy instance a user is assigned, on either side (R1 to R12, R43 to R46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .._model import organisation_reasons, reasons
from .._model.actions import GrantPolicy
from .._model.decision import Change, Decision, Keep, Pending, Reason, Refuse, Status, Unknown
from .._model.policy import Mode, PolicyInstance, built_in, instance_for, same_instance
from .._model.user import Homing, User
from .effective import inherited_notify, notified
from .guards import unless_homing_known, unless_user


@dataclass(frozen=True, slots=True)
class AssignOnline:
    """A cloud instance is assigned: by `mode` (with `notify` left alone when None), by `instance`, or by `notify` alone.

    `restores`: users had it before, so that the service is asked also where it may refuse by now (R2).
    """

    mode: Mode | None = None
    notify: bool | None = None
    instance: PolicyInstance | None = None
    migrate_meetings: bool | None = None
    restores: bool = False

    def decide(self, user: User) -> Decision:
        """Return what is to be done about `user`."""
        if nothing := unless_user(user):
            return nothing
        if user.mode is None:
            why = "TeamsUpgradeEffectiveMode is missing"
            return Unknown(reasons.HOMING_UNKNOWN.format(user=user.id.text, why=why))
        if self._only_notifies and user.homing is Homing.ONPREM:
            return Refuse(reasons.NOTIFY_NEEDS_ONPREM.format(user=user.id.text), user.state())
        if self._only_notifies and user.mode is Mode.TEAMS_ONLY:
            return Refuse(reasons.NOTIFY_NOT_APPLICABLE.format(user=user.id.text), user.state(), Status.SKIPPED)
        if self._only_notifies and user.assigned == "" and user.notify is self.notify:
            return Keep(user.state())
        return self._toward(self._wanted(user, self.mode or user.mode), user)

    @property
    def _only_notifies(self) -> bool:
        return self.mode is None and self.instance is None

    def _wanted(self, user: User, mode: Mode) -> PolicyInstance:
        if self.instance is not None:
            return self.instance
        if mode is Mode.TEAMS_ONLY:
            return instance_for(mode, notify=False)
        held = built_in(user.assigned)
        notify = self.notify if self.notify is not None else bool(held and held.notify and held.mode is mode)
        return instance_for(mode, notify=notify)

    def _toward(self, wanted: PolicyInstance, user: User) -> Decision:
        if wanted.mode is Mode.TEAMS_ONLY:
            return self._teams_only(wanted, user)
        if user.homing is Homing.ONLINE and user.mode is Mode.TEAMS_ONLY and not self.restores:
            return fixed_mode(user) or Refuse(reasons.CLOUD_HOMED.format(user=user.id.text), user.state())
        if user.homing is Homing.ONPREM and self.notify:
            return Refuse(reasons.NOTIFY_NEEDS_ONPREM.format(user=user.id.text), user.state())
        if user.assigned is None:
            return Unknown(reasons.ASSIGNMENT_UNKNOWN.format(user=user.id.text))
        if not same_instance(user.assigned, wanted.identity):
            return fixed_mode(user) or self._grant(wanted, user)
        if user.mode is wanted.mode:
            return Keep(user.state())
        return fixed_mode(user) or _settling(wanted, user)

    def _teams_only(self, wanted: PolicyInstance, user: User) -> Decision:
        if user.inconsistent:
            return Refuse(reasons.INCONSISTENT.format(user=user.id.text), user.state())
        if user.homing is Homing.ONPREM:
            return Refuse(reasons.HOMED_ONPREM.format(user=user.id.text), user.state())
        if user.mode is Mode.TEAMS_ONLY:
            return Keep(user.state())
        if same_instance(user.assigned or None, wanted.identity):
            return _settling(wanted, user)
        return fixed_mode(user) or self._grant(wanted, user)

    def _grant(self, wanted: PolicyInstance, user: User) -> Change:
        # What the host does not show before, it does not show afterwards.
        notify = None if user.notify is None else wanted.notify
        after = replace(user, assigned=wanted.identity, mode=wanted.mode, notify=notify)
        return Change(user.state(), after.state(), GrantPolicy(user.identity, wanted.identity, self.migrate_meetings))


def _settling(wanted: PolicyInstance, user: User) -> Pending:
    """The right instance is assigned and not in effect yet (R12)."""
    return Pending(user.state(), reasons.SETTLING.format(user=user.id.text, policy=wanted.identity, mode=user.mode))


@dataclass(frozen=True, slots=True)
class InheritOnline:
    """Users have no assignment of their own, so that the tenant default applies (R7, R8)."""

    tenant_default: PolicyInstance | None = None

    def decide(self, user: User) -> Decision:
        """Return what is to be done about `user`."""
        if nothing := unless_user(user):
            return nothing
        if user.assigned is None:
            return Unknown(reasons.ASSIGNMENT_UNKNOWN.format(user=user.id.text))
        if not user.assigned:
            return Keep(user.state())
        if refused := fixed_mode(user):
            return refused
        return Change(user.state(), self._after(user), GrantPolicy(user.identity, None))

    def _after(self, user: User) -> dict[str, object]:
        """A user that is homed online and TeamsOnly stays so without an assignment (R3); in the tenants of 2020, a read shows otherwise."""
        mode, notify = (self.tenant_default.mode, self.tenant_default.notify) if self.tenant_default else (None, None)
        if user.homing is Homing.ONLINE and user.mode is Mode.TEAMS_ONLY:
            mode, notify = Mode.TEAMS_ONLY, False
        after = replace(user, assigned="", mode=mode, notify=None if user.notify is None else notify).state()
        return after if mode else {key: value for key, value in after.items() if key != "mode"}


def disagrees(instance: PolicyInstance, notify: bool | None) -> Reason | None:
    """Return why a named instance is not what `notify` asks for; None when it is, or nothing was asked for."""
    if notify is None or instance.notify is notify:
        return None
    return organisation_reasons.INSTANCE_NOTIFIES_OTHERWISE.format(
        policy=instance.identity, notify=str(instance.notify).lower()
    )


def fixed_mode(user: User) -> Refuse | None:
    """Return why the mode of this user cannot be changed at all, naming the property that says so (R9); None when it can."""
    if user.override_policy:
        return Refuse(reasons.MODE_OVERRIDDEN.format(user=user.id.text, value=user.override_policy), user.state())
    if user.policy_read_only and "mode" in user.policy_read_only.lower():
        return Refuse(reasons.MODE_READ_ONLY.format(value=user.policy_read_only), user.state())
    return None


@dataclass(frozen=True, slots=True)
class AssignOnprem:
    """An on-prem instance is assigned: `policy` by name, or any that notifies or not when only `notify` is given (R43).

    `instances` are the deployment's own. With neither policy nor notify, the user's own assignment is taken away.
    `predicts`: with both, a missing instance counts as made; in check mode a task before may only have said that it would.
    """

    host: str
    instances: Sequence[PolicyInstance]
    policy: str | None = None
    notify: bool | None = None
    predicts: bool = False

    def decide(self, user: User) -> Decision:
        """Return what is to be done about `user`. Their cloud mode is not touched (R44)."""
        if unread := unless_homing_known(user):
            return unread
        if user.homing is Homing.ONLINE:
            reason = reasons.ONPREM_POLICY_NOT_APPLICABLE.format(user=user.id.text)
            return Refuse(reason, user.state(), Status.SKIPPED)
        if user.assigned is None:
            return Unknown(reasons.ASSIGNMENT_UNKNOWN.format(user=user.id.text))
        user = replace(user, notify=notified(user, self.instances))
        if self.policy is not None:
            return self._by_name(self.policy, user)
        return self._inherit(user) if self.notify is None else self._by_notify(self.notify, user)

    def _by_name(self, policy: str, user: User) -> Decision:
        named = next((each for each in self.instances if each.is_named(policy)), None)
        if named is None and self.predicts and self.notify is not None:
            named = PolicyInstance(policy, None, self.notify)
        if named is None:
            return Refuse(organisation_reasons.INSTANCE_MISSING.format(policy=policy, host=self.host), user.state())
        disagreement = disagrees(named, self.notify)
        return Refuse(disagreement, user.state()) if disagreement else self._grant(named, user)

    def _by_notify(self, notify: bool, user: User) -> Decision:
        if user.notify is notify:
            return Keep(user.state())
        fitting = next((each for each in self.instances if each.for_users and each.notify is notify), None)
        if fitting is not None:
            return self._grant(fitting, user)
        if inherited_notify(self.instances) is notify:
            return self._inherit(user)
        return Refuse(organisation_reasons.NO_NOTIFYING_INSTANCE.format(notify=str(notify).lower()), user.state())

    def _grant(self, wanted: PolicyInstance, user: User) -> Decision:
        if same_instance(user.assigned or None, wanted.identity):
            return Keep(user.state())
        after = replace(user, assigned=wanted.identity, notify=wanted.notify)
        return Change(user.state(), after.state(), GrantPolicy(user.identity, wanted.identity))

    def _inherit(self, user: User) -> Decision:
        if not user.assigned:
            return Keep(user.state())
        after = replace(user, assigned="", notify=inherited_notify(self.instances))
        return Change(user.state(), after.state(), GrantPolicy(user.identity, None))
