# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reasons why a user is not as the ledger and the plan say."""

from __future__ import annotations

from .reasons import reason

_BY_OTHERS = "Find out who did it. To accept it, let the daily job of the wave's day find them upgraded, or exclude them from the wave."

MOVED_EARLY = reason(
    "moved_early",
    "{user} is homed online before the day of their upgrade, and no run has moved them.",
    _BY_OTHERS,
)
MOVED_BY_OTHERS = reason(
    "moved_by_others",
    "{user} is homed online, and no run has moved them since they were left on-prem.",
    "Find out who did it. Move them back with csuser_move, or plan them in a wave.",
)
RE_HOMED = reason(
    "re_homed",
    "{user} is homed in the pool {found}, and was in {expected}.",
    "Where that was meant, nothing has to be done: the pool counts for a rollback alone, which goes to the recorded one.",
)
NOTIFICATION_REMOVED = reason(
    "notification_removed",
    "{user} was notified by {expected}, and is assigned {found} now.",
    "Find out who did it, and assign the policy again: the user does not see the notification any more.",
)
POLICY_CHANGED = reason(
    "policy_changed",
    "{user} is assigned {found}, and was assigned {expected}.",
    "Find out who did it, and assign the policy again where that was not meant.",
)
MODE_CHANGED = reason(
    "mode_changed",
    "The effective mode of {user} is {found}, and was {expected}.",
    "Look at the user's assignment, at the policies of their groups and at the tenant default: one of them was changed.",
)
NOT_IN_EFFECT = reason(
    "not_in_effect",
    "{said}, for more than 24 hours now.",
    "A policy takes effect within 24 hours. Look at the user's licences, at the policies of their groups and at the tenant default.",
)
USER_GONE = reason(
    "user_gone",
    "{user} is known to neither side any more.",
    "Where the account was removed on purpose, take it out of the plan, and purge it from the ledger.",
)
SIDES_DISAGREE = reason(
    "sides_disagree",
    "{user} is homed {onprem} for Skype for Business Server and {online} for the cloud.",
    "Let the directory sync finish. Where they stay at odds, compare HostingProvider on-prem and online.",
)
NOT_DONE_YET = reason(
    "not_done_yet",
    "The {what} of {user} is due since {day}, and was not done yet.",
    "Nothing has to be done: the next run of the waves does it. If that has run since, read its report.",
)
RUN_ENDED = reason(
    "run_ended",
    "The run {run} ended while {cmdlet} was under way, and nobody has read since what came of it.",
    "Run what was interrupted again, the daily job or the rollback: it reads first, and does what is still to be done.",
)
NOT_ALL_BACK = reason(
    "not_all_back",
    "{user} was moved back by a run, and does not have again what they had before.",
    "Run the rollback again, which brings back what is missing. Where that is not wanted, nothing has to be done.",
)
LEFT_FILTER = reason(
    "left_filter",
    "{user} was found by the filter of wave {wave!r} before, and is not any more, so that nothing will be done for them.",
    "Where they still belong to it, list them in users or correct the filter. Otherwise plan them elsewhere or exclude them.",
)
BEING_CHANGED = reason(
    "being_changed",
    "{user} was changed by a run while the hosts were read.",
    "Nothing has to be done: look again when that run has ended.",
)
