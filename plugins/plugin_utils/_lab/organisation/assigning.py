# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Giving a user of the tenant an instance of TeamsUpgradePolicy: what the service allows, what it warns of, what follows from it."""

from __future__ import annotations

from . import texts
from .batches import SUCCESS
from .bound import Model, Refusal
from .identities import fold
from .meetings import Kind
from .modes import CONVERTING, GLOBAL, Instance, Mode, built_in, untagged
from .records import TEAMS_PLAN, CloudUser
from .world import World, effective, grant

READ_ONLY = "ModeAndNotifications"
_CLIENT = ("AllowUserChat", "AllowPrivateCalling")
_SCHEDULING = ("AllowPrivateMeetingScheduling", "AllowChannelMeetingScheduling")
_IGNORED = {
    Mode.SFB_ONLY: (*_CLIENT, *_SCHEDULING),
    Mode.COLLAB: (*_CLIENT, *_SCHEDULING),
    Mode.MEETINGS_FIRST: _CLIENT,
}


def instance_to_grant(name: str | None) -> Instance | None:
    """Return the instance of a name, None for null. Raises Refusal: Global is never a user's, and unknown names get the same answer."""
    if name is None:
        return None
    instance = built_in(name)
    if instance is None or fold(untagged(name)) == fold(GLOBAL):
        raise Refusal(texts.NOT_A_USER_POLICY.format(policy=name), "InvalidPolicy", "InvalidArgument")
    return instance


def check_writable(world: World) -> None:
    """Refuse every change in a tenant whose modes are read-only (R9)."""
    if world.tenant.settings.read_only == READ_ONLY:
        raise Refusal(texts.MODE_READ_ONLY, "PolicyReadOnly", "PermissionDenied")


def check_allowed(world: World, user: CloudUser, instance: Instance | None) -> None:
    """Refuse what a user's homing does not allow (R1, R2): the service judges by the homing that it knows of."""
    check_writable(world)
    if instance is None:
        return
    if instance.mode is Mode.TEAMS_ONLY and user.on_premises:
        raise Refusal(texts.TEAMS_ONLY_ON_PREMISES.format(user=user.upn), "UserHomedOnPremises")
    if instance.mode is not Mode.TEAMS_ONLY and not user.on_premises and not world.profile.any_mode_online:
        raise Refusal(texts.ONLY_TEAMS_ONLY.format(user=user.upn, policy=instance.name), "UserHomedOnline")


def assign(model: Model, user: CloudUser, instance: Instance | None, *, convert: bool | None = None) -> list[str]:
    """Give a user an instance, or none with None; return the warnings. Raises Refusal.

    A migration of meetings starts by itself when the user comes into a mode that converts them, unless the caller says otherwise where
    the service still listens to that (M12).
    """
    world = model.world
    check_allowed(world, user, instance)
    before = effective(world, user).mode
    grant(user, instance.name if instance else None, world.now())
    listens = world.profile.grant_controls_meetings and convert is False
    triggers = world.readings.grant_triggers_meetings == "yes" and not listens
    if instance is not None and triggers and instance.mode in CONVERTING and instance.mode is not before:
        model.meetings.request(user, Kind.SKYPE_TO_TEAMS)
    return warnings(user, instance)


def warnings(user: CloudUser, instance: Instance | None) -> list[str]:
    """Return the warning that the service always prints for a mode of Skype for Business (R77)."""
    values = _IGNORED.get(instance.mode) if instance else None
    if values is None or instance is None:
        return []
    return [texts.IGNORED_VALUES.format(user=user.upn, values=", ".join(values), mode=instance.mode)]


def assign_in_batch(model: Model, identity: str, instance: Instance | None) -> str:
    """Assign for a batch operation; return Success or what went wrong. It takes SIP addresses and object ids only."""
    found = model.world.tenant.by_sip(identity)
    if not found:
        return "User not found"
    if len(found) > 1:
        return "Multiple users found with the given SIP address"
    if instance is not None and not found[0].licensed(TEAMS_PLAN):
        return "The user is ineligible for the policy: a license is missing"
    try:
        check_allowed(model.world, found[0], instance)
    except Refusal as refusal:
        return str(refusal)
    grant(found[0], instance.name if instance else None, model.world.now())
    return SUCCESS
