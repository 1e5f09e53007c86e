# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks for drift between nights of waves: who is looked at, what is new, and that nobody becomes a member."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.waves.night import OpenWaves, Waves
from tests.lab.waves.returning import homed
from tests.lab.waves.rolling_back import RollbackJob
from tests.playbooks.stage import NOTIFICATION_DAY, UPGRADE_DAY, Outcome, plan, wave

ALICE, BOB, FOUND = (f"{name}@contoso.com" for name in ("alice", "bob", "found"))
POOLS = ("pool01.contoso.com", "pool02.contoso.com")
SEED: dict[str, Any] = {
    "users": [{"sip": ALICE, "pool": POOLS[0]}, {"sip": BOB, "pool": POOLS[0]}, {"sip": FOUND, "pool": POOLS[1]}],
    "topology": {"pools": [{"fqdn": fqdn, "site": "Paris"} for fqdn in POOLS]},
}
REST = {"name": "rest", "upgrade_on": "2027-02-01", "filter": {"registrar_pool": POOLS[1]}}
PLAN = plan(wave("pilot", [ALICE], notice="enforce"), wave("later", [BOB], upgrade_on="2027-01-11"), REST)
MODES = (("pilot", "SfBWithTeamsCollab"), ("second", "SfBWithTeamsCollabAndMeetings"))
NIGHTS = [f"2026-12-{day:02}T02:00:00+01:00" for day in range(8, 13)]


def found(look: Outcome) -> dict[str, tuple[str, str, str]]:
    """The wave, the status and the code of the reason by user. No look writes anything."""
    assert look.writes == []
    users = look.report["users"]
    return {user["user"]: (user["wave"], user["status"], (user["reason"] or {}).get("code", "")) for user in users}


def moved(on: Waves, name: str, pool: str | None) -> None:
    """Home a user in a pool, or online, as somebody who knows nothing of the plan."""
    with on.lab.organisation.quiet() as world:
        (user,) = world.directory.find(name)
        seen = world.tenant.of(user.guid)
        assert seen is not None
        homed(world, user, seen, pool)


def upgraded(on: Waves) -> None:
    """Upgrade the pilot, and let the cloud follow."""
    for now in (NOTIFICATION_DAY, UPGRADE_DAY):
        night = on.night(now, PLAN)
        assert not night.report["failed"], night.verdict


def test_who_is_looked_at_and_what_is_new_since_the_night_before(hosts: OpenWaves) -> None:
    with hosts(SEED) as on:
        upgraded(on)
        first = on.drift(NIGHTS[0], PLAN)
        settled = {ALICE: ("pilot", "in_state", ""), BOB: ("later", "not_due", ""), FOUND: ("rest", "not_due", "")}
        assert (found(first), first.report["changes"]) == (settled, None)
        with on.job.ledger.open() as ledger:
            assert (ledger.members("rest"), ledger.members("later")) == ([], [])
        with on.lab.organisation.quiet() as world:
            alice, bob = (world.directory.find(user)[0] for user in (ALICE, BOB))
            alice.locator, alice.pool, bob.pool = "SRV:", *POOLS
        second = on.drift(NIGHTS[1], PLAN, fail_on_drift=True)
        # Bob was never touched, and the plan does not say where he is homed. But now the filter finds him.
        assert found(second) == settled | {ALICE: ("pilot", "drifted", "moved_back")}
        assert second.report["failed"]
        assert second.verdict.endswith("Since yesterday: 1 new, 0 gone.")
        assert second.report["notes"] == [
            f"Wave 'rest': {BOB}, found by its filter, is left to wave 'later', which lists them."
        ]
        on.lab.faults.order(OrderedFault("Get-CsUser", "The service is too busy.", times=None))
        third = on.drift(NIGHTS[2], PLAN, fail_on_drift=True)
        assert set(third.report["counts"].items()) >= {("unknown", third.report["counts"]["total"]), ("drifted", 0)}
        assert third.verdict.endswith("Since yesterday: 0 new, 0 gone.")


def test_who_is_in_no_wave_any_more_is_looked_at_unless_the_waves_are_named(hosts: OpenWaves) -> None:
    with hosts(SEED) as on:
        upgraded(on)
        left = plan(*PLAN["waves"][1:])
        assert found(on.drift(NIGHTS[0], left))[ALICE] == ("pilot", "in_state", "")
        assert set(found(on.drift(NIGHTS[1], left, waves=["later"]))) == {BOB}
        everybody = on.drift(NIGHTS[2], PLAN)
        assert set(found(everybody)) == {ALICE, BOB, FOUND}
        since = {user["user"]: user["since"] for user in everybody.report["users"]}
        assert since == {ALICE: NIGHTS[0], BOB: NIGHTS[0], FOUND: NIGHTS[0]}


def test_who_is_moved_out_of_a_filter_before_their_day_is_missed(hosts: OpenWaves) -> None:
    with hosts(SEED) as on:
        assert found(on.drift(NIGHTS[0], PLAN))[FOUND] == ("rest", "not_due", "")
        moved(on, FOUND, None)
        second = on.drift(NIGHTS[1], PLAN)
        assert found(second)[FOUND] == ("rest", "drifted", "moved_early")
        assert second.verdict.endswith("Since yesterday: 1 new, 0 gone.")
        moved(on, FOUND, POOLS[0])
        third = found(on.drift(NIGHTS[2], PLAN))
        assert third[FOUND] == ("rest", "drifted", "left_filter")
        # A user who is excluded from the plan is not listed again.
        without = plan(*PLAN["waves"][:2], REST | {"exclude": [FOUND]})
        assert FOUND not in found(on.drift(NIGHTS[3], without))


def test_who_is_named_otherwise_than_before_is_not_worked_on_again(hosts: OpenWaves) -> None:
    upn = "a.smith@contoso.com"
    with hosts({"users": [{"sip": ALICE, "upn": upn}]}) as on:
        day = plan(wave("pilot", [upn]))
        assert not on.night(UPGRADE_DAY, day).report["failed"]
        moved(on, ALICE, POOLS[0])
        other = plan(wave("pilot", [ALICE]))
        night = on.night(UPGRADE_DAY, other)
        assert (night.writes, night.outcomes()) == ([], {ALICE: ("skipped", "known_by_another_name")})
        assert found(on.drift(NIGHTS[0], other))[ALICE] == ("pilot", "unknown", "known_by_another_name")
        back = RollbackJob(on.job.play, on.job.ledger).back(datetime.fromisoformat(NIGHTS[1]), users=[ALICE])
        (user,) = back["users"]
        assert (user["status"], user["reason"]["code"]) == ("failed", "known_by_another_name")


def test_r12_a_policy_that_has_no_effect_a_day_after_its_grant_is_drift(hosts: OpenWaves) -> None:
    first, other = (plan(wave(name, [ALICE], mode=mode, again=True)) for name, mode in MODES)
    with hosts(SEED) as on:
        on.lab.organisation.world.timing.policy = timedelta(days=10)
        for now in (NOTIFICATION_DAY, UPGRADE_DAY):
            night = on.night(now, first)
        assert night.report["verdict"].endswith("1 pending, 1 of them changed in part.")
        # Seven hours after the grant, and 31.
        looks = [on.drift(now, first) for now in NIGHTS[:3]]
        late = ("drifted", "not_in_effect")
        assert [found(look)[ALICE][1:] for look in looks] == [("pending", "settling"), late, late]
        messages = {user["reason"]["message"] for look in looks[1:] for user in look.report["users"]}
        assert [message.endswith(", for more than 24 hours now.") for message in messages] == [True]
        # What is granted anew has its own time.
        on.night("2026-12-10T19:00:00+01:00", other)
        looks = [on.drift(now, other) for now in NIGHTS[3:]]
        assert [found(look)[ALICE][1:] for look in looks] == [("pending", "settling"), late]
        on.lab.clock.advance(timedelta(days=10))
        assert found(on.drift("2026-12-22T02:00:00+01:00", other))[ALICE] == ("second", "in_state", "")
