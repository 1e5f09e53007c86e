# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a webhook that takes no report, without its address. Reports that are sent are in `tests/awx/test_jobs.py`."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.webhook import (
    ADDRESS,
    refuse_wrong_webhook,
    why_not,
)

# What ansible.builtin.uri says where nothing listens.
REFUSED = (
    "Status code was -1 and not [200, 201, 202, 204]: Request failed: <urlopen error [Errno 111] Connection refused>"
)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 500, "msg": "of the server"}, "it answered with HTTP 500."),
        ({"status": -1, "msg": REFUSED}, "Request failed: <urlopen error [Errno 111] Connection refused>."),
        ({"msg": "no host in https://h/S3cret with Bearer T0ken"}, "no host in *** with ***."),
        ({}, "no reason was given."),
    ],
)
def test_why_a_report_was_not_taken_is_said_without_secrets(answer: Mapping[str, object], sentence: str) -> None:
    assert why_not(answer, ["Bearer T0ken", "https://h/S3cret", ""]) == sentence


@pytest.mark.parametrize(
    ("secret", "said", "sentence"),
    [
        (
            "https://h/S3cret x",
            "URL can't contain control characters. '/S3cret x'",
            "URL can't contain control characters. '***'.",
        ),
        ("https://h/x?sig=S3cret x", "no '/x?sig=S3cret x'", "no '***'."),
        ("https://h/x?sig=S3cret", "no 'sig=S3cret' there", "no '***' there."),
        ("Bearer T0ken\n", r"Invalid header value b'Bearer T0ken\n'", "Invalid header value b'***'."),
        ("Bearer T0ken\n", "Bearer T0ken is wrong", "*** is wrong."),
        ("Bearer T\nken", r"Invalid header value b'Bearer T\nken'", "Invalid header value b'***'."),
        ("Bearer Töken", r"Invalid header value b'Bearer T\xc3\xb6ken'", "Invalid header value b'***'."),
        ("https://h/", "a / is no secret", "a / is no secret."),
    ],
)
def test_a_part_of_a_secret_is_not_shown_either(secret: str, said: str, sentence: str) -> None:
    assert why_not({"status": -1, "msg": said}, [secret]) == sentence


@pytest.mark.parametrize(
    "address", ["hooks.contoso.com/x", "ftp://hooks.contoso.com", "https://", "file:///etc/passwd"]
)
def test_an_address_that_is_none_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        refuse_wrong_webhook({ADDRESS: address})
    assert address not in str(refused.value).replace("https:// or http://", "")


@pytest.mark.parametrize("address", ["", None, "https://hooks.contoso.com/x", " http://127.0.0.1:8080/ "])
def test_an_address_or_none_at_all_is_taken(address: object) -> None:
    refuse_wrong_webhook({ADDRESS: address})
