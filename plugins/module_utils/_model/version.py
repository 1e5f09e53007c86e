# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of servers and modules. They compare as numbers: as text, 7.0.2046.1000 would be older than 7.0.2046.385."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOTTED = re.compile(r"\d+(?:\.\d+){1,3}")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A dotted version, two to four numbers."""

    numbers: tuple[int, ...]

    @classmethod
    def find(cls, text: object) -> Version | None:
        """Return the first version in `text`, such as "Skype for Business Server 2019 (7.0.2046.0): ..."; None where there is none."""
        found = _DOTTED.search(str(text or ""))
        return cls(tuple(int(number) for number in found.group().split("."))) if found else None

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    def is_beyond(self, bound: Version) -> bool:
        """Return whether this is later than every version that starts as `bound` does: 7.1.5 is not beyond 7.1, 7.2 is."""
        return self.numbers[: len(bound.numbers)] > bound.numbers

    def is_release(self, *numbers: int) -> bool:
        """Return whether the version starts with these numbers."""
        return self.numbers[: len(numbers)] == numbers
