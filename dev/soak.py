# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users are moved to the cloud and back for half an hour, while some requests to the host meet a fault.

`make soak` runs this. It fails where a user is not where the module said, or was moved twice, where a shell stays, or memory grows.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.lab.faults.soak import WARM_UP_MINUTES, soak

# Per cent.
MEMORY_MAY_GROW = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--chance", type=float, default=0.02)
    parser.add_argument("--users", type=int, default=20)
    asked = parser.parse_args()
    seen = soak(asked.minutes, asked.chance, asked.users, lambda text: print(text, flush=True))
    growth = seen.growth(60 * min(WARM_UP_MINUTES, asked.minutes / 4))
    print(f"{seen.rounds} rounds, {seen.requests} requests, {sum(seen.met.values())} faults: {dict(seen.met)}")
    print(f"users: {dict(seen.statuses)}; shells left: {seen.shells_left}; memory {growth:+.1f} % after warm-up")
    print(f"reasons: {dict(seen.failed)}")
    print("\n".join(seen.wrong[:50]))
    return 1 if seen.wrong or seen.shells_left or growth >= MEMORY_MAY_GROW else 0


if __name__ == "__main__":
    sys.exit(main())
