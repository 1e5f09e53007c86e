# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# A module that only holds role capabilities.
@{
    GUID = '07dfd1f0-d349-5d17-b433-c67103da7643'
    Author = 'sfb.teams_upgrade contributors'
    ModuleVersion = '1.0.0'
}
