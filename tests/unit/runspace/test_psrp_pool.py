# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host sends is taken where it is whole and for this session and command, and nowhere else."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import psrp_pool
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.psrp_pool import (
    Fragments,
    UnexpectedAnswer,
    check_message,
)
from hypothesis import given
from hypothesis import strategies as st
from pypsrp.complex_objects import ObjectMeta
from pypsrp.messages import PipelineState
from pypsrp.serializer import Serializer

SESSION, PIPELINE, OTHER, NOBODY = (bytes([number]) * 16 for number in (1, 2, 3, 0))
SESSION_CAPABILITY, POOL_STATE, OUTPUT = 0x00010002, 0x00021005, 0x00041004


def fragments(number: int, content: bytes, size: int) -> bytes:
    """A message as a host sends it."""
    parts = [content[place : place + size] for place in range(0, len(content), size)]
    ends = [(index == 0) | (index == len(parts) - 1) << 1 for index in range(len(parts))]
    return b"".join(
        struct.pack(">QQBI", number, index, ends[index], len(part)) + part for index, part in enumerate(parts)
    )


def message(kind: int, session: bytes = SESSION, pipeline: bytes = PIPELINE) -> bytes:
    return struct.pack("<II", 1, kind) + session + pipeline + b"<S>x</S>"


contents = st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=4)


@given(contents, st.integers(1, 20), st.data())
def test_messages_come_out_as_they_went_in(sent: list[bytes], size: int, data: st.DataObject) -> None:
    stream = b"".join(fragments(number, content, size) for number, content in enumerate(sent, 1))
    assert Fragments().messages(stream) == sent


@given(contents, st.integers(1, 20), st.data())
def test_what_is_cut_short_is_never_taken_for_whole(sent: list[bytes], size: int, data: st.DataObject) -> None:
    stream = b"".join(fragments(number, content, size) for number, content in enumerate(sent, 1))
    cut = data.draw(st.integers(0, len(stream) - 1))
    incoming = Fragments()
    try:
        found: Sequence[bytes] = incoming.messages(stream[:cut])
    except UnexpectedAnswer:
        return
    assert list(found) == sent[: len(found)]
    assert len(found) < len(sent)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(stream: bytes) -> None:
    try:
        for each in Fragments().messages(stream):
            check_message(each, SESSION, PIPELINE)
    except UnexpectedAnswer:
        pass


@pytest.mark.parametrize(
    "stream",
    [
        fragments(1, b"abcdef", 2)[23:],  # without the first
        fragments(1, b"abcdef", 2)[:23] + fragments(1, b"abcdef", 2)[46:],  # without the second
        fragments(1, b"ab", 2)[:23] + fragments(1, b"abcd", 2)[23:],  # one more after the last
        fragments(1, b"abcd", 2)[:23] * 2,  # the first twice
        b"\x00" * 20,
    ],
)
def test_fragments_that_do_not_fit_together(stream: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        Fragments().messages(stream)


def test_a_message_may_come_in_several_answers() -> None:
    incoming, stream = Fragments(), fragments(7, b"abcdef", 2)
    assert incoming.messages(stream[:23]) == []
    assert incoming.unfinished
    assert incoming.messages(stream[23:]) == [b"abcdef"]
    assert not incoming.unfinished


@pytest.mark.parametrize(
    ("sent", "pipeline", "taken"),
    [
        (message(OUTPUT), PIPELINE, True),
        (message(OUTPUT, pipeline=OTHER), PIPELINE, False),
        (message(OUTPUT, pipeline=NOBODY), PIPELINE, False),
        (message(OUTPUT), None, False),
        (message(OUTPUT, session=OTHER), PIPELINE, False),
        (message(POOL_STATE, pipeline=NOBODY), None, True),
        (message(POOL_STATE, pipeline=NOBODY), PIPELINE, True),
        (message(POOL_STATE, NOBODY, NOBODY), None, False),
        (message(POOL_STATE, pipeline=OTHER), PIPELINE, False),
        (message(SESSION_CAPABILITY, NOBODY, NOBODY), None, True),
        (b"", PIPELINE, False),
        (message(OUTPUT)[:39], PIPELINE, False),
    ],
)
def test_a_message_is_for_this_session_and_command(sent: bytes, pipeline: bytes | None, taken: bool) -> None:
    if taken:
        check_message(sent, SESSION, pipeline)
    else:
        with pytest.raises(UnexpectedAnswer):
            check_message(sent, SESSION, pipeline)


STATE = '<Obj RefId="0"><MS><I32 N="PipelineState">{}</I32>{}</MS></Obj>'
FAULT = '<Obj N="ExceptionAsErrorRecord" RefId="1"><ToString>{}</ToString><MS/></Obj>'


def read_state(serializer: Any, text: str) -> Any:
    return serializer.deserialize(text, ObjectMeta("Obj", object=PipelineState))


def test_a_state_that_comes_again_is_the_one_that_pypsrp_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psrp_pool, "_STATES", {})
    reading, plain = psrp_pool._serializer(), Serializer()
    for number in (2, 4, 2, 4, 3):
        text = STATE.format(number, "")
        found, expected = read_state(reading, text), read_state(plain, text)
        assert (found.state, found.error_record) == (expected.state, None) == (number, None)
    assert len(psrp_pool._STATES) == 3


def test_a_state_with_an_error_is_read_each_time_and_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psrp_pool, "_STATES", {})
    reading = psrp_pool._serializer()
    for said in ("one", "another", "one"):
        found = read_state(reading, STATE.format(5, FAULT.format(said)))
        assert said in repr(vars(found.error_record))
    assert psrp_pool._STATES == {}


def test_a_host_that_says_ever_other_states_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psrp_pool, "_STATES", {})
    reading = psrp_pool._serializer()
    assert read_state(reading, STATE.format(4, " " * 1000)).state == 4
    assert psrp_pool._STATES == {}
    for number in range(100):
        assert read_state(reading, STATE.format(number, "")).state == number
    assert len(psrp_pool._STATES) == psrp_pool._MOST_STATES
