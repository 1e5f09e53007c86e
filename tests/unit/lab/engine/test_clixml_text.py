# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written and read as text is what psrpcore would write and read, which does the same more slowly."""

from __future__ import annotations

import datetime
import struct
import uuid
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call, Credential
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.clixml_text import clixml, state, warning
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.piped_texts import texts_and_rest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.fragments import (
    PIPELINE_OUTPUT,
    fragments,
    message_of,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.psrp import from_psrp, to_psrp
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.values import (
    COMMAND_TYPES,
    MODULE_TYPE,
    EnumValue,
    Record,
    Single,
    Table,
    VersionNumber,
    record_of,
    serialised,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.psrp_pool import Fragments
from hypothesis import example, given
from hypothesis import strategies as st
from psrpcore.types import PipelineState, PSInvocationState, WarningRecord, deserialize, serialize

HEAD, SERVER, INPUT = 40, 2, 0x00041002
TEXTS = st.text() | st.sampled_from(["", "_x0041_", "_X", "<&>\"'", "é \U0001f600", "\ud800", "a\r\nb", "\x85", "]]>"])
MOMENTS = st.datetimes(
    min_value=datetime.datetime(1900, 1, 1), timezones=st.sampled_from([None, datetime.UTC, datetime.timezone.min])
)
SIMPLE = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXTS | MOMENTS
KINDS = [EnumValue(COMMAND_TYPES, "Function", 2), EnumValue(MODULE_TYPE, "Script", 0)]
OTHERS = st.sampled_from([1.5, Single(2), VersionNumber("1.2"), VersionNumber("7.1.0.20"), *KINDS])
NAMES = st.sampled_from(["Identity", "SipAddress", "A-b.c 1", "<N>", "_x0041_", "Ünï"])


def records(values: st.SearchStrategy[object]) -> st.SearchStrategy[Record]:
    properties = st.dictionaries(NAMES, values, max_size=4)
    types = st.sampled_from([("A", "System.Object"), ("B<1>", "System.Object"), ("System.Object",)])
    return st.builds(Record, types, properties, properties, st.none() | TEXTS)


def tables(values: st.SearchStrategy[object]) -> st.SearchStrategy[Table]:
    types = st.sampled_from(["System.Collections.Hashtable", "Dictionary`2[[System.String, mscorlib]]"])
    return st.builds(Table, types, st.dictionaries(TEXTS, values, max_size=3))


VALUES = st.recursive(
    SIMPLE | OTHERS, lambda inner: st.lists(inner, max_size=3) | records(inner) | tables(inner), max_leaves=8
)


def by_psrpcore(value: object) -> bytes:
    return as_written(to_psrp(value))


def as_written(value: object) -> bytes:
    element = serialize(value, None)  # type: ignore[arg-type]
    return bytes(ElementTree.tostring(element, encoding="utf-8", method="xml"))


@given(VALUES)
@example("<&>\"'")
@example(["_x0041_", "\x85", "\U0001f600"])
@example([Table("A", {"a": Record(("A", "System.Object"), {"Identity": 1}), "b": Table("A", {})}), *KINDS, KINDS[0]])
@example(Record(("B<1>",), {"Identity": 2**40}, {"A-b.c 1": [None, True]}, "<&>"))
def test_a_value_is_written_as_psrpcore_writes_it_or_left_to_it(value: object) -> None:
    assert (written := clixml(value)) is None or written == by_psrpcore(value)


@pytest.mark.parametrize("number", list(PSInvocationState))
def test_a_state_is_written_as_psrpcore_writes_it(number: PSInvocationState) -> None:
    assert state(number) == as_written(PipelineState(PipelineState=int(number)))


@given(TEXTS)
@example("")
@example("<&>\"'")
def test_a_warning_is_written_as_psrpcore_writes_it_or_left_to_it(text: str) -> None:
    record = WarningRecord(Message=text, InvocationInfo=None, PipelineIterationInfo=None)
    record.serialize_extended_info = False
    assert (written := warning(text)) is None or written == as_written(record)


@pytest.mark.parametrize(
    ("host", "module", "cmdlet"),
    [("sfb01", "SkypeForBusiness", "Get-CsUser"), ("teams01", "MicrosoftTeams", "Get-CsOnlineUser")],
)
def test_users_are_written_as_text(host: str, module: str, cmdlet: str) -> None:
    lab = Lab({"synthetic": {"count": 20}, "users": [{"sip": "o'neill@contoso.com", "name": 'Ünï <&> "'}]})
    sign_in = {"Credential": Credential(*ADMIN)}
    lab.organisation.call(Call("teams01", "shell", "MicrosoftTeams", "Connect-MicrosoftTeams", sign_in))
    found = lab.organisation.call(Call(host, "shell", module, cmdlet, {})).output
    users = [serialised(record_of(thing)) for thing in found]  # type: ignore[arg-type]
    assert len(users) == 21
    assert [clixml(user) for user in users] == [by_psrpcore(user) for user in users]


def by_reading(parts: Iterable[str | bytes]) -> Iterator[object]:
    """The values that are piped in, those in fragments as psrpcore reads them."""
    incoming = Fragments()
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        for message in incoming.messages(part):
            yield from_psrp(deserialize(ElementTree.fromstring(message[HEAD:]), None))  # type: ignore[arg-type]


@given(st.lists(TEXTS | st.integers(0, 9) | st.none()), st.sampled_from([60, 32768]))
def test_piped_texts_are_read_as_psrpcore_reads_them(values: Sequence[object], limit: int) -> None:
    session, pipeline = uuid.uuid4(), uuid.uuid4()
    head = message_of(PIPELINE_OUTPUT, session, pipeline, b"")
    sent = [struct.pack("<II", SERVER, INPUT) + head[8:] + by_psrpcore(value) for value in values]
    data = b"".join(piece for number, message in enumerate(sent) for piece in fragments(number, message, limit))
    assert list(by_reading(texts_and_rest(data, session, pipeline))) == list(by_reading([data] if data else []))
    for others in ((uuid.uuid4(), pipeline), (session, uuid.uuid4())):
        assert b"".join(texts_and_rest(data, *others)) == data  # type: ignore[arg-type]


def test_a_plain_text_that_is_piped_needs_no_psrpcore() -> None:
    session, pipeline = uuid.uuid4(), uuid.uuid4()
    head = struct.pack("<II", SERVER, INPUT) + message_of(PIPELINE_OUTPUT, session, pipeline, b"")[8:]
    first, second = (head + f"<S>{text}</S>".encode() for text in ("sip:alice@contoso.com", "Ünï"))
    data = b"".join(piece for message in (first, second) for piece in fragments(1, message, 32768))
    assert list(texts_and_rest(data, session, pipeline)) == ["sip:alice@contoso.com", "Ünï"]
    # A fragment that is cut short is left to psrpcore.
    assert list(texts_and_rest(data[:-1], session, pipeline)) == ["sip:alice@contoso.com", data[len(first) + 21 : -1]]


@pytest.mark.parametrize("size", [0, 1, 100, 32747, 32748, 70000])
def test_fragments_make_the_message_again(size: int) -> None:
    message = message_of(PIPELINE_OUTPUT, uuid.uuid4(), uuid.uuid4(), b"x" * size)
    pieces = list(fragments(7, message, 32768))
    assert max(map(len, pieces)) <= 32768
    assert Fragments().messages(b"".join(pieces)) == [message]
