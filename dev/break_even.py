# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From how many grants on a batch operation is faster than one grant after the other: measured on simulated hosts, over the real protocol.

`make break-even` runs this, which writes docs/batches.md. The times that a host takes are assumptions; ARGS replaces them by times that
were measured in a tenant.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.latency import REALISTIC

from tests.lab.wire import OverTheWire

DOCUMENT = Path(__file__).parents[1] / "docs" / "batches.md"
SESSIONS = 4
COUNTS = (10, 25, 50, 75, 100, 150, 200)


@dataclass(frozen=True)
class Assumed:
    """Seconds: what a grant takes, what passes before an operation begins, and what it takes for each user then."""

    grant: float = REALISTIC["grant-csteamsupgradepolicy"]
    begin: float = 10.0
    per_user: float = 0.05


@dataclass(frozen=True)
class Timed:
    """Seconds that a task took, by the hosts' clock, for so many users by either method."""

    users: int
    grant: float
    batch: float


def measured(assumed: Assumed) -> list[Timed]:
    """Grant to so many users by either method, who are others each time."""
    users = [f"user{number}@contoso.com" for number in range(2 * sum(COUNTS) + 1)]
    seed = {
        "users": [{"sip": user, "policy": "Islands"} for user in users],
        "latency": "realistic",
        "timing": {"batch": f"{assumed.begin}s", "batch_per_user": f"{assumed.per_user}s"},
    }
    with Lab(seed) as lab, OverTheWire(lab, sessions=SESSIONS) as play:
        lab.latencies.set("Grant-CsTeamsUpgradePolicy", assumed.grant)
        seconds(lab, play, "grant", [users.pop()])  # opens the sessions
        found = []
        for count in COUNTS:
            took = [
                seconds(lab, play, method, [users.pop() for dummy in range(count)]) for method in ("grant", "batch")
            ]
            found.append(Timed(count, *took))
            print(found[-1], flush=True)
    return found


def seconds(lab: Lab, play: OverTheWire, method: str, users: Sequence[str]) -> float:
    """How long the task takes, all that it reads before and after included."""
    began = lab.clock.now()
    result = play.run(
        "teams01", "teams_upgrade_policy", {"users": users, "mode": "SfBWithTeamsCollab", "method": method}
    )
    if result["failed"] or result["summary"]["changed"] != len(users):
        raise RuntimeError(result)
    return (lab.clock.now() - began).total_seconds()


def break_even(found: Sequence[Timed]) -> int | None:
    """From how many users on the batch is faster, to the next ten, on a line between the counts that were measured; None for never."""
    for before, after in pairwise(found):
        gap, then = before.batch - before.grant, after.batch - after.grant
        if gap > 0 >= then:
            return ceil((before.users + (after.users - before.users) * gap / (gap - then)) / 10) * 10
    return None


def document(assumed: Assumed, found: Sequence[Timed]) -> str:
    """The page."""
    rows = "\n".join(f"| {each.users} | {each.grant:.0f} | {each.batch:.0f} |" for each in found)
    return f"""<!--
Copyright (c) 2026 sfb.teams_upgrade contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# When a batch is faster

`teams_upgrade_policy` grants user by user (`method: grant`), in operations of the service (`batch`), or as it is faster (`auto`). Both were
measured with `make break-even` on the simulated hosts, over the real protocol, with {SESSIONS} sessions and the module's defaults: all
that is read before and after is included, and an operation is asked for every ten seconds.

Nobody documents how long either takes, and it changes with the load of the service. Assumed here: a grant takes {assumed.grant:g} s; an
operation begins after {assumed.begin:g} s, and then takes {assumed.per_user:g} s for each user.

| users | `grant`, s | `batch`, s |
|---:|---:|---:|
{rows}

On a line between those counts, and to the next ten, a batch is faster from **{break_even(found)}** grants on: there `auto` changes over.

Where other times were measured in a tenant, `make break-even ARGS="--grant 0.4 --begin 60 --per-user 0.1"` prints the break-even for
them; `method` chooses one way or the other. The page stays as it is.
"""


def main() -> int:
    """Measure, and write the page unless other times were assumed than its own."""
    own = Assumed()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grant", type=float, default=own.grant, help="seconds for a grant")
    parser.add_argument("--begin", type=float, default=own.begin, help="seconds before an operation begins")
    parser.add_argument("--per-user", type=float, default=own.per_user, help="seconds of an operation for each user")
    given = parser.parse_args()
    assumed = Assumed(given.grant, given.begin, given.per_user)
    found = measured(assumed)
    print(f"A batch is faster from {break_even(found)} grants on.")
    if assumed == own:
        DOCUMENT.write_text(document(assumed, found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
