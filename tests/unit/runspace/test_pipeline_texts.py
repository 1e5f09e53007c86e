# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pipeline that differs in texts from one before is the message that pypsrp makes of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.parameters import bound
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.pipeline_texts import PipelineTexts, Writing
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st
from pypsrp.complex_objects import ApartmentState, Command, CommandParameter, HostInfo, Pipeline, RemoteStreamOptions
from pypsrp.messages import CreatePipeline
from pypsrp.serializer import Serializer

VALID = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(VALID) | st.sampled_from(
    ["", "<&>\"'", "_x0041_", "\U0001f600", "a\r\n\tb", "\x00", "sip:a@contoso.com"]
)
CREDENTIALS = st.builds(lambda user, password: {"type": "credential", "user": user, "password": password}, TEXTS, TEXTS)
SECRETS = st.builds(lambda value: {"type": "secret", "value": value}, TEXTS)
VALUES = TEXTS | st.none() | st.booleans() | st.integers(0, 9) | st.lists(TEXTS, max_size=2) | CREDENTIALS | SECRETS
CALLS = st.lists(
    st.tuples(st.sampled_from(["Move-CsUser", "Get-CsUser"]), st.dictionaries(st.sampled_from("AB"), VALUES)),
    min_size=1,
    max_size=2,
)
Call = tuple[str, Mapping[str, Any]]


def message(calls: Sequence[Call], *, no_input: bool = True, version: str = "2.3", statements: bool = False) -> Any:
    make: Any = Command
    commands = [make(name, version) for name, _parameters in calls]
    for command, (_name, parameters) in zip(commands, calls, strict=True):
        command.args = [CommandParameter(name, bound(value)) for name, value in parameters.items()]
        command.end_of_statement = statements
    pipeline: Any = Pipeline
    host: Any = HostInfo
    made = pipeline(is_nested=False, cmds=commands, history=None, redirect_err_to_out=False)
    state, options = ApartmentState(value=2), RemoteStreamOptions(value=0)
    return CreatePipeline(no_input, state, options, False, host(host=None), made, False)


def as_bytes(written: Any) -> bytes:
    return written if isinstance(written, bytes) else bytes(ET.tostring(written, encoding="utf-8", method="xml"))


def serializer(key: bytes = bytes(32)) -> Any:
    """A serializer of a session that has agreed on a key."""
    made: Any = Serializer()
    made.cipher = Cipher(AES(key), CBC(bytes(16)))
    return made


def writing(of: Any) -> Writing:
    """The ways to write of a session."""
    return Writing(of.serialize, of._serialize_string, of._serialize_secure_string)


def assert_alike(texts: PipelineTexts, calls: Sequence[Call], **how: Any) -> None:
    """Compare the message with pypsrp's, the first time and when its kind is known."""
    plain = serializer()
    expected = as_bytes(plain.serialize(message(calls, **how)))
    for _time in range(2):
        assert as_bytes(texts.of(message(calls, **how), writing(plain))) == expected


@given(st.lists(st.tuples(CALLS, st.booleans(), st.sampled_from(["2.1", "2.3"]), st.booleans()), max_size=4))
def test_a_message_is_the_one_that_pypsrp_makes(given: Sequence[tuple[Sequence[Call], bool, str, bool]]) -> None:
    texts = PipelineTexts()
    for calls, no_input, version, statements in given:
        assert_alike(texts, calls, no_input=no_input, version=version, statements=statements)


def test_texts_that_are_written_otherwise_are_so_in_a_known_message() -> None:
    texts = PipelineTexts()
    for text in ("plain", "<&>\"'", "_x0041_", "\U0001f600", "a\r\n\x00", "", "end"):
        assert_alike(texts, [("Move-CsUser", {"Identity": text, "Target": f"2{text}"})])


def test_only_the_first_of_many_alike_is_serialised() -> None:
    texts, plain, serialised = PipelineTexts(), serializer(), []

    def serialise(message: Any) -> Any:
        serialised.append(message)
        return plain.serialize(message)

    for number in range(5):
        call = ("Move-CsUser", {"Identity": f"user{number}@contoso.com", "Confirm": False})
        written = as_bytes(texts.of(message([call]), replace(writing(plain), message=serialise)))
        assert f">user{number}@contoso.com<".encode() in written
    assert len(serialised) == 1


def test_a_secret_is_written_under_the_key_of_each_session_and_not_kept() -> None:
    texts, serialised = PipelineTexts(), []
    for number, key in enumerate((b"a" * 32, b"b" * 32, b"a" * 32)):
        plain = serializer(key)

        def serialise(message: Any, plain: Any = plain) -> Any:
            serialised.append(message)
            return plain.serialize(message)

        credential = {"type": "credential", "user": f"admin{number}", "password": f"hidden{number}"}
        calls = [("Move-CsUser", {"Identity": "a@contoso.com", "Credential": credential})]
        written = texts.of(message(calls), replace(writing(plain), message=serialise))
        assert as_bytes(written) == as_bytes(plain.serialize(message(calls)))
        assert f">admin{number}<".encode() in written
    assert len(serialised) == 1
    assert "hidden" not in repr(texts._known)


def test_a_credential_and_a_text_in_one_parameter_are_two_kinds() -> None:
    texts, credential = PipelineTexts(), {"type": "credential", "user": "admin", "password": "hidden"}
    for value in ("text", credential, "another", credential):
        assert_alike(texts, [("Move-CsUser", {"Credential": value, "Identity": "a@contoso.com"})])


def test_one_credential_in_two_parameters_is_left_to_pypsrp() -> None:
    texts, plain = PipelineTexts(), serializer()

    def shared() -> Any:
        made = message([("Move-CsUser", {"A": None, "B": None, "Identity": "a@contoso.com"})])
        first, second, _identity = made.pipeline.commands[0].args
        first.value = second.value = bound({"type": "credential", "user": "admin", "password": "hidden"})
        return made

    expected = as_bytes(plain.serialize(shared()))
    for _time in range(2):
        assert as_bytes(texts.of(shared(), writing(plain))) == expected
