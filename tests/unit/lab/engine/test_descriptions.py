# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A description that is known but for its texts is read as psrpcore would read it, which does the same more slowly."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.descriptions import (
    Description,
    Descriptions,
    description_of,
)
from hypothesis import example, given
from hypothesis import strategies as st
from psrpcore import Command, PowerShell
from psrpcore.types import deserialize, serialize

TEXTS = st.text(max_size=8) | st.sampled_from(["", "_x0041_", "<&>\"'", "é \U0001f600", "a\r\nb", "</S>", '<S N="V">'])
VALUES = TEXTS | st.booleans() | st.none() | st.integers(0, 3) | st.lists(TEXTS, max_size=2)
PARAMETERS = st.dictionaries(st.sampled_from(["Identity", "Name", "Property"]), VALUES, max_size=3)
CALLS = st.lists(
    st.tuples(st.sampled_from(["Get-CsUser", "Grant-CsTeamsUpgradePolicy"]), PARAMETERS), min_size=1, max_size=3
)


def sent(calls: list[tuple[str, Mapping[str, object]]], *, no_input: bool = True) -> bytes:
    """The CLIXML in which a client describes a pipeline."""
    pipeline = PowerShell(no_input=no_input)
    for name, parameters in calls:
        command = Command(name)
        command.parameters.extend(parameters.items())
        pipeline.commands.append(command)
    element = serialize(pipeline, None)  # type: ignore[arg-type]
    return bytes(ElementTree.tostring(element, encoding="utf-8", method="xml"))


def by_psrpcore(content: bytes) -> Description:
    read = deserialize(ElementTree.fromstring(content), None)  # type: ignore[arg-type]
    return description_of(PowerShell.FromPSObjectForRemoting(read))  # type: ignore[arg-type]


@given(CALLS, CALLS, st.booleans())
@example([("Get-CsUser", {"Identity": "a", "Name": "b"})], [("Get-CsUser", {"Identity": "é", "Name": ""})], True)
def test_what_is_known_is_read_as_psrpcore_reads_it(
    known: list[tuple[str, Mapping[str, object]]], calls: list[tuple[str, Mapping[str, object]]], no_input: bool
) -> None:
    descriptions = Descriptions()
    for each in (known, calls):
        content = sent(each)
        descriptions.learn(content, by_psrpcore(content))
    asked = sent(calls, no_input=no_input)
    assert descriptions.read(asked) in (None, by_psrpcore(asked))


@pytest.mark.parametrize(
    ("value", "read"), [("b@contoso.com", True), ("o'neill@contoso.com", True), ("a & b", False), ("_x0041_", False)]
)
def test_a_call_for_another_user_is_read_without_psrpcore(value: str, read: bool) -> None:
    descriptions = Descriptions()
    first = sent(
        [("Grant-CsTeamsUpgradePolicy", {"Identity": "a@contoso.com", "PolicyName": "Islands", "Global": False})]
    )
    assert descriptions.read(first) is None
    descriptions.learn(first, by_psrpcore(first))
    other = sent([("Grant-CsTeamsUpgradePolicy", {"Identity": value, "PolicyName": "SfBOnly", "Global": False})])
    assert descriptions.read(other) == (by_psrpcore(other) if read else None)


def test_nothing_is_kept_of_what_is_no_plain_value() -> None:
    descriptions = Descriptions()
    content = sent([("Get-CsUser", {"Identity": "a", "Table": {"b": "c"}})])
    descriptions.learn(content, by_psrpcore(content))
    assert descriptions.read(content) is None
