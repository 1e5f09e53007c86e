# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds of every run, whatever the organisation and the desired state: found out over random ones.

The witnesses are the journal of the hosts and the state of the organisation; a module's own word is only what is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extent import examples
from tests.in_process import Result
from tests.unit.properties.answers import (
    Line,
    grants_of_teams_only,
    homed_onprem,
    lines,
    meant,
    name_of,
    sent,
    world,
    writes,
)
from tests.unit.properties.desired_states import KINDS, TEAMS, DesiredState, desired_states
from tests.unit.properties.faults import any_faults, failed_reads
from tests.unit.properties.in_process import Play
from tests.unit.properties.organisations import Seed, organisations

# Those who were not brought to what was desired, so that another run may try again.
OPEN = ("failed", "unknown", "skipped")


def play_of(seed: Seed, *desired: DesiredState, faults: Sequence[OrderedFault] = ()) -> Play:
    """The hosts of an organisation, with the sessions open in which things then go wrong."""
    play = Play(Lab(seed))
    for each in desired:
        play.open(each.host)
    for fault in faults:
        play.lab.faults.order(fault)
    return play


def do(play: Play, desired: DesiredState, *, check: bool = False) -> Result:
    return play.run(desired.host, desired.module, desired.args, check=check)


def every_kind(name: str) -> pytest.MarkDecorator:
    """Try desired_states of each kind equally often."""
    return pytest.mark.parametrize(name, KINDS.values(), ids=KINDS)


@every_kind("desired")
def test_r35_check_mode_writes_nothing_and_predicts_the_run_user_by_user(
    desired: st.SearchStrategy[DesiredState],
) -> None:
    @settings(max_examples=examples(4, long=120))
    @given(organisations(), desired)
    def it_does(seed: Seed, desired: DesiredState) -> None:
        play = play_of(seed, desired)
        before = world(play.lab)
        predicted = do(play, desired, check=True)
        assert writes(play.lab) == []
        assert world(play.lab) == before
        done = do(play, desired)
        if not lines(done):
            assert predicted == done
        assert lines(predicted).keys() == lines(done).keys()
        for user, line in lines(done).items():
            assert as_predicted(later(seed, desired), lines(predicted)[user], line), (
                user,
                lines(predicted)[user],
                line,
            )

    it_does()


def as_predicted(coming: Collection[str], predicted: Line, done: Line) -> bool:
    """Whether check mode predicts what was done. What a service then refuses, or makes wait, only the run can tell."""
    begun = (
        done["actions"][: len(predicted["actions"])] == predicted["actions"]
    )  # users that a batch leaves out are granted singly
    if done["status"] == "changed":
        return begun and shown(coming, predicted) == shown(coming, done)
    if done["actions"]:
        return begun and (predicted["status"], predicted["before"]) == ("changed", done["before"])
    return bool(predicted == done) or done["reason"]["code"] == "not_started"


def later(seed: Seed, desired: DesiredState) -> Collection[str]:
    """What comes later than the assignment does: the notification with the policy's delay, and the mode too where it is inherited."""
    if (desired.host, desired.module) != (TEAMS, "teams_upgrade_policy"):
        return ()
    if desired.args.get("state") == "absent":
        return ("mode", "notify")
    return ("notify",) if "policy" in seed.get("timing", {}) else ()


def shown(coming: Collection[str], line: Line) -> dict[str, Any]:
    """What came of a user, but for what is still to come."""
    return {**said(line), "after": {name: value for name, value in line["after"].items() if name not in coming}}


@every_kind("desired")
def test_r31_r50_running_twice_is_running_once(desired: st.SearchStrategy[DesiredState]) -> None:
    @settings(max_examples=examples(3, long=100))
    @given(organisations(), desired)
    def it_is(seed: Seed, desired: DesiredState) -> None:
        play = play_of(seed, desired)
        first = do(play, desired)
        after, calls = world(play.lab), len(play.lab.journal.entries())
        second = do(play, desired)
        still_open = {name_of(user) for user, line in lines(first).items() if line["status"] in OPEN}
        assert meant(writes(play.lab, calls)) <= still_open, sent(writes(play.lab, calls))
        assert not second.get("changed")
        assert [user for user, line in lines(second).items() if line["status"] == "changed"] == []
        assert world(play.lab) == after

    it_is()


@every_kind("desired")
def test_r11_a_failed_read_leads_to_no_write_and_is_no_drift(desired: st.SearchStrategy[DesiredState]) -> None:
    @settings(max_examples=examples(4, long=150))
    @given(organisations(), desired, st.lists(failed_reads(), min_size=1, max_size=2), st.booleans())
    def it_does_not(seed: Seed, desired: DesiredState, faults: list[OrderedFault], check: bool) -> None:
        whole = play_of(seed, desired)
        known = do(whole, desired, check=check)
        holed = play_of(seed, desired, faults=aimed(faults, whole))
        found = do(holed, desired, check=check)
        assert meant(writes(holed.lab)) <= meant(writes(whole.lab)), sent(writes(holed.lab))
        for user, line in lines(found).items():
            # A user who is named twice is counted once, unless one of the reads that show it has failed.
            before = lines(known).get(user)
            assert line["status"] in OPEN or (before and said(line) == said(before)), (user, line, before)

    it_does_not()


def aimed(faults: Sequence[OrderedFault], play: Play) -> list[OrderedFault]:
    """Faults of cmdlets that a run reads with, in which it could not read everything."""
    read = sorted({entry.cmdlet for entry in play.lab.journal.entries(writes=False)} - {"Connect-MicrosoftTeams"})
    return [replace(fault, cmdlet=read[len(fault.cmdlet) % len(read)]) for fault in faults if read]


def said(line: Line) -> dict[str, Any]:
    """A line without how things were done: users that cannot be followed in a batch are granted singly."""
    return {name: value for name, value in line.items() if name != "actions"}


STEPS = st.lists(st.tuples(desired_states(), st.sampled_from([0, 40, 24 * 60])), min_size=1, max_size=4)


@settings(max_examples=examples(20, long=600))
@given(organisations(honest=False), STEPS, st.lists(any_faults(), max_size=3))
def test_r1_r33_r57_nobody_homed_onprem_is_made_teams_only_and_nothing_is_forced(
    seed: Seed, steps: list[tuple[DesiredState, int]], faults: list[OrderedFault]
) -> None:
    play = play_of(seed, *(desired for desired, _minutes in steps), faults=faults)
    lab = play.lab
    for desired, minutes in steps:
        onprem, calls = homed_onprem(lab), len(lab.journal.entries())
        do(play, desired)
        made = writes(lab, calls)
        granted = meant(grants_of_teams_only(made))
        assert not granted & (onprem | ({""} if onprem else set())), sent(made)
        assert [entry for entry in made if entry.cmdlet == "Move-CsUser" and "Force" in entry.parameters] == []
        lab.clock.advance(timedelta(minutes=minutes))
