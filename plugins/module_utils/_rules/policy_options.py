# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which options of teams_upgrade_policy contradict each other: found before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping

from .._model.failure import InvalidOption
from .._model.policy import GLOBAL, UPGRADE_TO_TEAMS, Mode, PolicyInstance, bare_name, built_in, same_instance

# The modes with which meetings can be migrated.
MIGRATING = (Mode.TEAMS_ONLY, Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS)


def check_options(options: Mapping[str, object]) -> None:
    """Raise InvalidOption for options that contradict each other; it says what to write instead."""
    if problem := _contradiction(options):
        raise InvalidOption(problem)


def _contradiction(options: Mapping[str, object]) -> str | None:
    mode, policy, notify = options["mode"], options["policy"], options["notify"]
    named = str(policy) if policy is not None else None
    given = (mode, policy, notify)
    if options["state"] == "absent" and any(each is not None for each in (*given, options["migrate_meetings"])):
        return "With state: absent the assignment is taken away: leave mode, policy, notify and migrate_meetings out."
    if options["state"] == "present" and all(each is None for each in given):
        return "Nothing is asked for: give mode, policy or notify, or state: absent."
    if notify and (mode == Mode.TEAMS_ONLY.value or same_instance(named, UPGRADE_TO_TEAMS)):
        return "TeamsOnly users have no Skype for Business client to be notified in: leave notify out."
    if named is not None and same_instance(named, GLOBAL):
        return "Global is the tenant default and cannot be granted to users: use state: absent to let them inherit it."
    if named == "":
        return "policy is empty: name an instance, or use state: absent."
    if ":" in (bare_name(named) or ""):
        return "The instance of a site or pool applies to the users there and cannot be granted to users: leave policy out."
    instance = built_in(named)
    teams_only = mode == Mode.TEAMS_ONLY.value or same_instance(named, UPGRADE_TO_TEAMS)
    if options["onprem_users"] is not None and not (teams_only and options["scope"] == "tenant"):
        return "onprem_users goes with scope: tenant and mode: TeamsOnly only."
    if options["migrate_meetings"] is not None and (instance.mode if instance else mode) not in MIGRATING:
        return "migrate_meetings goes with mode TeamsOnly or SfBWithTeamsCollabAndMeetings only."
    return _tenant_contradiction(options, instance) if options["scope"] == "tenant" else None


def _tenant_contradiction(options: Mapping[str, object], instance: PolicyInstance | None) -> str | None:
    if options["users"]:
        return "With scope: tenant no users are named: leave users out."
    if options["state"] == "absent" or (options["mode"] is None and instance is None):
        return "The tenant default cannot be taken away, only set: give mode, or policy with the name of a built-in instance."
    if instance is not None and options["notify"] not in (None, instance.notify):
        return (
            f"The instance {instance.identity} says otherwise than notify: leave notify out, or name another instance."
        )
    if options["migrate_meetings"] is not None:
        return "A tenant-wide change converts nobody's meetings: leave migrate_meetings out and use meeting_migration."
    if not options["confirm_tenant_change"]:
        return "scope: tenant changes everybody without an assignment of their own: set confirm_tenant_change: true to confirm."
    return None
