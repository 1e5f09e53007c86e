# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting modules from the files of this collection.

ansible-core packs a module with all that it imports, for hosts that have neither, and the module's Python compiles all of it each time:
about a second of processor time. These modules run on the controller, where their files and compiled ones are. Where the interpreter of
a host is the one that runs Ansible, they are imported from there. All else is ansible-core's: the process, its input by a pipe, its
environment and its result.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import ansible
from ansible.executor import module_common
from ansible.plugins.action import ActionBase
from ansible.release import __version__

COLLECTION = "sfb.teams_upgrade"
INTERPRETER = "ansible_python_interpreter"

# What the module's Python reads. It imports nothing from the folder in which the playbook runs. Where the package `ansible` is installed
# beside ansible-core, `ansible_collections` is a package of its own, in which Python alone looks for collections. What a module does not
# catch comes back as a result, as with ansible-core's own start.
_START = """\
import sys
sys.path[:] = [*filter(None, sys.path), {core!a}]
import json, runpy, traceback, types
package = types.ModuleType("ansible_collections")
package.__path__ = [{collections!a}]
sys.modules["ansible_collections"] = package
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = {arguments!r}
if {profile!a}:
    basic._ANSIBLE_PROFILE = {profile!a}
try:
    runpy.run_module({module!a}, run_name="__main__", alter_sys=True)
except Exception as error:
    said = "The module failed: " + type(error).__name__ + ": " + str(error)
    print(json.dumps(dict(failed=True, msg=said, exception=traceback.format_exc())))
    sys.exit(1)
"""


class StartsModules(ActionBase):
    """An action that starts the collection's own modules from their files, where that can be done."""

    def _configure_module(self, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> Any:
        """Return what ansible-core sends to the module's Python."""
        name = module_name.removeprefix(f"{COLLECTION}.")
        if name != module_name and not self._task.async_val and self._interpreter(task_vars) == sys.executable:
            with suppress(ImportError, KeyError, TypeError):
                return _built(name, module_args)
        return super()._configure_module(module_name, module_args, task_vars)

    def _interpreter(self, task_vars: Mapping[str, Any]) -> str:
        """Return the interpreter of the host on which the module runs; empty where Ansible has to find one."""
        delegated = self._task.delegate_to
        found = task_vars["ansible_delegated_vars"][delegated] if delegated else task_vars
        return str(self._templar.template(found.get(INTERPRETER) or ""))


def _built(name: str, arguments: Mapping[str, Any]) -> Any:
    """Return a module as ansible-core does that builds it. Raises ImportError, KeyError or TypeError where that has changed."""
    path, shebang = str(Path(__file__).parents[1] / "modules" / f"{name}.py"), f"#!{sys.executable}"
    if __version__.startswith("2.18."):
        return "new", shebang, _start(name, arguments, ""), path
    make: Any = vars(module_common)["_BuiltModule"]
    script = _start(name, arguments, "legacy")
    return make(b_module_data=script, module_style="new", shebang=shebang, serialization_profile="legacy"), path


def _start(name: str, arguments: Mapping[str, Any], profile: str) -> bytes:
    text = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, **_encoding(profile))
    script = _START.format(
        collections=str(Path(__file__).parents[4]),
        core=str(Path(ansible.__file__).parents[1]),
        arguments=text.encode(),
        profile=profile,
        module=f"ansible_collections.{COLLECTION}.plugins.modules.{name}",
    )
    return script.encode()


def _encoding(profile: str) -> dict[str, Any]:
    """Return how arguments become JSON: they may hold what is marked as a secret or a template."""
    if profile:
        from ansible.module_utils.common.json import Direction, get_module_encoder

        return {"cls": get_module_encoder(profile, Direction.CONTROLLER_TO_MODULE)}
    from ansible.module_utils.common.json import AnsibleJSONEncoder

    return {"cls": AnsibleJSONEncoder, "vault_to_text": True}
