# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waves of 100 users, in which ansible-playbook, a module or a connection is killed at random moments, a hundred times.

`make kills` runs this. It fails where a shell stays for more than five seconds, where a host carries out the same for a user twice, or
where a user is lost.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.playbooks.kills import kill, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seed", default="1", help="the same one chooses the same processes, signals and moments")
    asked = parser.parse_args()
    seen = kill(asked.kills, asked.users, asked.seed, lambda text: print(text, flush=True))
    print(table(seen))
    print(
        f"{seen.waves} waves of {asked.users} users in {seen.runs} runs; the last shell was gone after {seen.slowest:.1f} s"
    )
    print("\n".join(seen.wrong[:50]))
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
