# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shipped for AWX, read as the roles of infra.aap_configuration and AWX itself read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from jinja2.sandbox import ImmutableSandboxedEnvironment


def configuration(shipped: Path) -> dict[str, Any]:
    """All variables, with braces as the roles make them (regex_replace in roles/*/tasks/main.yml)."""
    texts = [
        path.read_text(encoding="utf-8").replace("{  {", "{{") for path in (shipped / "configuration").glob("*.yml")
    ]
    return {name: value for text in texts for name, value in yaml.safe_load(text).items()}


def named(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = (each for each in items if each["name"] == name)
    return found


def injected(types: list[dict[str, Any]], name: str, **inputs: str) -> dict[str, str]:
    """The environment that a credential of a type injects (CredentialType.inject_credential in awx/main/models/credential.py).

    What is empty is not in the context of the templates, which are plain Jinja in a sandbox.
    """
    kind, given = named(types, name), {field: value for field, value in inputs.items() if value}
    fields = {field["id"] for field in kind["inputs"]["fields"]}
    assert set(inputs) <= fields
    assert set(kind["inputs"]["required"]) <= set(given)
    sandbox = ImmutableSandboxedEnvironment()
    return {variable: sandbox.from_string(text).render(**given) for variable, text in kind["injectors"]["env"].items()}


def inventory(found: Mapping[str, Any], lab: Lab, **variables: object) -> dict[str, Any]:
    """The inventory as AWX hands it to a job, of the shipped variables, with the addresses of simulated hosts. No account is in it."""
    simulated = lab.inventory()["all"]
    for_lab = {name: value for name, value in simulated["vars"].items() if name.startswith("ansible_psrp_")}
    (known,) = found["controller_inventories"]
    addresses = {
        host: {name: value for name, value in each.items() if name in ("ansible_host", "ansible_port")}
        for group in simulated["children"].values()
        for host, each in group["hosts"].items()
    }
    groups = {
        each["name"]: {"hosts": list(each["hosts"]), "vars": each["variables"]} for each in found["controller_groups"]
    }
    hostvars = {host: {**addresses[host], "remote_tower_id": number} for number, host in enumerate(sorted(addresses))}
    everywhere = {**known["variables"], **for_lab, **variables}
    return {
        "all": {"hosts": [], "vars": everywhere, "children": list(groups)},
        **groups,
        "_meta": {"hostvars": hostvars},
    }
