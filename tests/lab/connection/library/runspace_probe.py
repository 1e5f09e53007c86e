# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""A module for tests of the connection: sends commands as they are, and returns what came of them."""

from __future__ import annotations

import json
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.connection import Connection


def main() -> None:
    module = AnsibleModule(
        {
            "commands": {"type": "list", "elements": "dict", "default": []},
            "read_only": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    rpc = Connection(module._socket_path)
    hello: dict[str, Any] = {"state": "opening"}
    while hello["state"] == "opening":
        hello = json.loads(rpc.hello(json.dumps({"wait": 2, "cmdlets": ["Get-CsUser"]})))
    if hello["state"] == "failed":
        module.fail_json(msg=f"{hello['fault']['message']} {hello['fault']['remedy']}", code=hello["fault"]["code"])
    request = {"read_only": module.params["read_only"], "commands": module.params["commands"]}
    batch = json.loads(rpc.submit(json.dumps(request)))["batch"]
    answers: list[dict[str, Any]] = []
    outstanding = True
    while outstanding:
        reply = json.loads(rpc.collect(json.dumps({"batch": batch, "wait": 2})))
        answers += reply["answers"]
        outstanding = reply["outstanding"]
    module.exit_json(hello=hello, answers=sorted(answers, key=lambda answer: answer["index"]))


if __name__ == "__main__":
    main()
