# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a host sends is read, or refused by an error that ends in a sentence. `make fuzz` tries the same for as long as is wanted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import list_meetings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.properties import plans
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.fault import Fault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import classify
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import NotReadable, value_of
from hypothesis import given, settings

from tests.extent import examples
from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import answering
from tests.unit.fuzz.running import changed
from tests.unit.fuzz.target import LIMIT_SECONDS, Target, TooSlow
from tests.unit.fuzz.targets import TARGETS

SEEDS = [
    pytest.param(target, seed, id=f"{target.name}-{seed.name}")
    for target in TARGETS.values()
    for seed in target.seeds()
]
KILOBYTES = 200
A_CASE_OF_MOST = 9 * 1024


@pytest.mark.parametrize(("target", "seed"), SEEDS)
def test_the_corpus_is_read_or_refused(target: Target, seed: Any) -> None:
    target.tries(seed.read_bytes())


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_is_made_of_the_corpus_is_read_or_refused(target: Target) -> None:
    @settings(max_examples=examples(25), deadline=None)
    @given(changed(target.name))
    def tries(data: bytes) -> None:
        target.tries(data)

    tries()


@pytest.mark.parametrize("target", ["fragments", "records", "answering"])
def test_cases_that_are_whole_are_read(target: str) -> None:
    seed = (TARGETS[target].corpus / "get-csuser-0").read_bytes()
    answer = TARGETS[target].takes(seed)
    assert [row["SipAddress"] for row in getattr(answer, "rows", [])] == ["sip:alice@contoso.com"]


def test_the_corpus_is_small() -> None:
    sizes = [seed.stat().st_size for target in TARGETS.values() for seed in target.seeds()]
    assert max(sizes) <= A_CASE_OF_MOST
    assert sum(sizes) <= KILOBYTES * 1024


def test_what_has_no_end_is_ended() -> None:
    def endless(_data: bytes) -> None:
        while True:
            pass

    with pytest.raises(TooSlow):
        Target("endless", endless).tries(b"", seconds=0.1)
    assert LIMIT_SECONDS > 1


def test_any_other_error_is_a_failure() -> None:
    def fails(_data: bytes) -> None:
        raise KeyError("x")

    Target("refuses", fails, (KeyError,)).tries(b"")
    with pytest.raises(KeyError):
        Target("fails", fails, (ValueError,)).tries(b"")


def doubled(times: int) -> str:
    """An object that has the one before it twice, and so on."""
    inner = "".join(
        f'<Obj N="a{n}" RefId="{n}"><MS><Ref N="l" RefId="{n - 1}"/><Ref N="r" RefId="{n - 1}"/></MS></Obj>'
        for n in range(2, times)
    )
    return f'<Obj RefId="0"><MS><Obj N="a1" RefId="1"><MS><S N="x">0123456789</S></MS></Obj>{inner}</MS></Obj>'


def test_an_object_may_not_repeat_itself_without_an_end() -> None:
    assert value_of(doubled(6))
    with pytest.raises(NotReadable, match="repeats itself"):
        value_of(doubled(40))


@pytest.mark.parametrize(
    "clixml", ["", "<", "<I32>x</I32>", "<Ref/>", "<C>99999999</C>", "<Obj>" * 3000 + "</Obj>" * 3000]
)
def test_what_is_no_object_is_refused_by_one_error(clixml: str) -> None:
    nested = clixml.replace("<Obj>", "<Obj><LST>").replace("</Obj>", "</LST></Obj>")
    with pytest.raises(NotReadable):
        value_of(nested)


def test_half_a_character_is_none() -> None:
    assert value_of("<C>55357</C>") == "\ufffd"


@pytest.mark.parametrize("opening", ["[", "{", '{"a":'])
def test_lists_in_lists_without_an_end_are_no_answer(opening: str) -> None:
    text = opening * 100_000
    with pytest.raises(Failure, match="no JSON"):
        list_meetings(
            answering(Get_CsMeetingMigrationStatus={"state": State.COMPLETED, "output": [text]}).remote(), online()
        )
    assert plans({"AssignedPlan": text}) is None
    assert plans({"AssignedPlan": "<a>" * 5000 + "</a>" * 5000}) is None


def test_a_long_text_takes_no_longer_for_each_of_its_letters() -> None:
    def classifies(data: bytes) -> None:
        classify(Fault(data.decode() * 2000, "Id"))

    Target("long", classifies).tries(b"a" * 1000, seconds=5)
    Target("long", classifies).tries(b"cannot find " * 80, seconds=5)
