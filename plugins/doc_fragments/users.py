# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options and results that modules working on users share."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of a list of users, and the attributes."""

    MODES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
"""

    DOCUMENTATION = r"""
options:
  users:
    description:
      - The users to work on, each by SIP address (with or without C(sip:)) or user principal name.
      - Upper and lower case do not matter, and a user who is named twice counts once.
      - A name with a wildcard (V(*), V(?), V([), V(])) and an empty name are refused before anything is sent.
    type: list
    elements: str
    required: true
  max_fail_percentage:
    description:
      - The share of users in percent that may fail or be unreadable before no more are started. The task fails when it is exceeded.
      - With V(0) every user is attempted, and any failure fails the task afterwards, since most failures concern one user alone.
      - It is ignored when O(max_failures) is given.
    type: int
    default: 0
  max_failures:
    description:
      - How many users may fail before no more are started, as a number of users instead of a share. The task fails when more
        failed, and when users were not started.
      - With V(0) nobody is started any more after the first failure, where O(max_fail_percentage=0) attempts every user. Users
        who are being changed in other sessions at that moment are finished.
      - Failed are users with the status V(failed) or V(unknown). Each counts once, and those who cannot be read or
        are refused at the beginning count as well.
      - A user whose fault may pass counts after the last of the O(retries). What only reading back shows counts when it is read.
      - A negative number is refused.
    type: int
  stop_after_same_failures:
    description:
      - How many users, the first of the task, may fail with one and the same unknown fault before no more are started. Such a fault
        most likely concerns everybody. The same is a text that differs in names of users, ids and times only.
      - With V(0) this never stops the task.
    type: int
    default: 5
  start_before:
    description:
      - A time in ISO 8601 with its offset from UTC, such as V(2026-12-07T23:00:00+01:00). From then on nobody more is started, and
        those who were not are V(skipped) with the reason V(window_closed), which does not fail the task. Those under way are finished.
      - Unless set, there is no such time.
    type: str
  return_users:
    description:
      - Which users the result lists. Failed, skipped, pending and unknown ones are always listed.
      - With V(changed), users who already had what is asked for are only counted, so that the result of a run over many users stays small.
    type: str
    choices: [changed, all]
    default: changed
"""

    RETRIES = r"""
options:
  retries:
    description:
      - How often is tried again what met a fault that is known to pass by itself, such as throttling. Reads are repeated as they are. A
        user to whom something was sent is read first, and tried again only where that shows that something is left to do.
      - Other faults are never tried again.
    type: int
    default: 3
  retry_delay:
    description:
      - Seconds to wait before trying again.
    type: int
    default: 30
"""

    # Beside MODES, which the tasks of a wave share.
    ATTRIBUTES = r"""
options: {}
attributes:
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
  platform:
    description: Hosts that the module works on.
    platforms: windows
    support: full
"""

    INFO_ATTRIBUTES = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details: This module only reads.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: none
    details: This module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
  platform:
    description: Hosts that the module works on.
    platforms: windows
    support: full
"""
