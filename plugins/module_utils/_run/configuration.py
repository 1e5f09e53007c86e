# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a module that sets a few values of one configuration: the module is a table of its options, and one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._cmdlets.configurations import read_configuration
from .._model.user import Side
from .._rules.settings import HoldSettings
from .module import Run, ansible_module, fail_on_error
from .options import ON_RESOURCE, Spec
from .resource import ResourceRunner, exit_with


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a configuration: the option that gives it, and the property that holds it. `spec` is the option's argument spec."""

    option: str
    attribute: str
    spec: Mapping[str, object] = field(default_factory=lambda: {"type": "bool"})


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration that Get-NOUN reads and Set-NOUN changes, on hosts of these sides."""

    noun: str
    sides: tuple[Side, ...]
    settings: tuple[Setting, ...]

    @property
    def spec(self) -> Spec:
        """The argument spec of the module's own options."""
        return {setting.option: setting.spec for setting in self.settings}

    def desired(self, params: Mapping[str, object]) -> HoldSettings:
        """Return the values that the options give. An option that is not given leaves its property alone."""
        given = {setting.attribute: params[setting.option] for setting in self.settings}
        return HoldSettings(f"Set-{self.noun}", {name: value for name, value in given.items() if value is not None})


def run_configuration(configuration: Configuration) -> None:
    """Run the module: bring the configuration to what its options give, at least one of which has to be there."""
    spec = configuration.spec
    # Of a single option, only "required" says that it has to be there.
    module = ansible_module(ON_RESOURCE | spec, required_one_of=[tuple(spec)] if len(spec) > 1 else [])
    desired = configuration.desired(module.params)
    with fail_on_error(module):
        run = Run.start(module, configuration.sides)
        runner = ResourceRunner(
            configuration.noun,
            lambda run: read_configuration(run.remote, run.host, configuration.noun),
            desired.decide,
        )
        exit_with(run, "configuration", runner.run(run))
