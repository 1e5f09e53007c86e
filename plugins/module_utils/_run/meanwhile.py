# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading back users who are done, while the last of the others are still being changed."""

from __future__ import annotations

from collections.abc import Iterable

from .._connection.client import Remote
from .._model.decision import Keep, Unknown
from .._model.identity import UserId
from .wait import Decide

# So many users have to be there: for fewer it does not pay to read twice.
WORTH_READING = 100

# So many are read before the changes that are under way are looked at again: a connection forgets answers for which nobody comes.
AT_ONCE = 250


class ReadingMeanwhile:
    """Reads each user once. `seen` holds those for which that has shown that nothing is left to do; all others are to be read later.

    A read that met a fault is not repeated, and the last one: the host has enough to do.
    """

    def __init__(self, remote: Remote, decide: Decide) -> None:
        self._remote = remote
        self._decide = decide
        self._over = False
        self._read: set[UserId] = set()
        self.seen: dict[UserId, Keep] = {}

    def read_some(self, done: Iterable[UserId]) -> bool:
        """Read some of those who are done. False where too few are left for that."""
        users = [user for user in done if user not in self._read]
        if self._over or len(users) < WORTH_READING:
            return False
        some = users[:AT_ONCE]
        self._read.update(some)
        with self._remote.without_repetition():
            now = self._decide(some)
        self._over = any(isinstance(each, Unknown) for each in now.values())
        self.seen |= {user: each for user, each in now.items() if isinstance(each, Keep)}
        return True

    def forget(self, users: Iterable[UserId]) -> None:
        """Let users be read again: what was read of them does not count any more."""
        for user in users:
            self._read.discard(user)
            self.seen.pop(user, None)
