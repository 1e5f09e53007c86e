# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting modules from the files of this collection.

ansible-core packs a module with all that it imports, for hosts that have neither, and the module's Python compiles all of it each time:
about a second of processor time. Over the connection of this collection modules run on the controller, in the Python that runs Ansible,
where their files and compiled ones are: they are imported from there. All else is ansible-core's: the process, its input by a pipe, its
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

# What the module's Python reads. It imports nothing from the folder in which the playbook runs, and ansible-core and this collection from
# where the action has them, whatever else is called so: where the package `ansible` is installed beside ansible-core,
# `ansible_collections` is a package of its own. What a module does not catch comes back as a result, as with ansible-core's own start.
_START = """\
import sys
if sys.argv[1:]:
    sys.exit("This starts a module of sfb.teams_upgrade, and takes no arguments.")
sys.path[:] = filter(None, sys.path)
import importlib.util, json, runpy, traceback, types
core = importlib.util.spec_from_file_location("ansible", {core!a} + "/__init__.py", submodule_search_locations=[{core!a}])
sys.modules["ansible"] = importlib.util.module_from_spec(core)
core.loader.exec_module(sys.modules["ansible"])
sys.modules["ansible_collections"] = types.ModuleType("ansible_collections")
sys.modules["ansible_collections"].__path__ = [{collections!a}]
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = {arguments!r}
if {profile!a}:
    basic._ANSIBLE_PROFILE = {profile!a}
try:
    runpy.run_module({module!a}, run_name="__main__", alter_sys=True)
    raise RuntimeError("the module ended without a result")
except Exception as error:
    said = ": ".join(filter(None, (type(error).__name__, str(error))))
    print(json.dumps(dict(failed=True, msg=said, exception=traceback.format_exc())))
    sys.exit(1)
"""


class StartsModules(ActionBase):
    """An action that starts the collection's own modules from their files, where that can be done."""

    def _configure_module(self, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> Any:
        """Return what ansible-core sends to the module's Python."""
        full = module_name
        if module_name == self._task.action:
            full = str(self._task.resolved_action or module_name)
        name = full.removeprefix(f"{COLLECTION}.")
        if name != full and not self._task.async_val and self._runs_here(task_vars):
            with suppress(ImportError, KeyError, TypeError):
                return _built(name, module_args)
        return super()._configure_module(module_name, module_args, task_vars)

    def _runs_here(self, task_vars: Mapping[str, Any]) -> bool:
        """Return whether the module's Python is this one. Over connections like this collection's it is, whatever variables say."""
        here = getattr(self._connection, "_remote_is_local", False)
        return bool(here) and task_vars.get("ansible_playbook_python") == sys.executable


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
        core=str(Path(ansible.__file__).parent),
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
