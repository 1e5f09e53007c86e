# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the connection signs in to Microsoft Teams."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the sign-in to Teams."""

    DOCUMENTATION = r"""
options:
  teams_tenant_id:
    description:
      - Id or domain of the Microsoft 365 tenant. Needed with O(teams_certificate_thumbprint).
      - A sign-in that leads to another tenant is refused, by what the sign-in itself shows, else by C(Get-CsTenant). A host that shows
        neither is taken at its word.
    type: str
    vars:
      - name: ansible_runspace_teams_tenant_id
  teams_application_id:
    description:
      - Id of the Entra application to sign in as. Needed with O(teams_certificate_thumbprint).
      - The application needs the Microsoft Graph permission Organization.Read.All and an Entra role such as Teams Administrator.
    type: str
    vars:
      - name: ansible_runspace_teams_application_id
  teams_certificate_thumbprint:
    description:
      - Thumbprint of the application's certificate. It has to be in the personal certificate store of O(remote_user) on the host.
    type: str
    vars:
      - name: ansible_runspace_teams_certificate_thumbprint
  teams_managed_identity:
    description:
      - Sign in as the managed identity of the host, a virtual machine in Azure.
    type: bool
    default: false
    vars:
      - name: ansible_runspace_teams_managed_identity
  teams_access_tokens:
    description:
      - Two access tokens, the first for Microsoft Graph, the second for the "Skype and Teams Tenant Admin API".
      - They are not renewed. Sign in another way when a playbook runs for longer than they live.
    type: list
    elements: str
    vars:
      - name: ansible_runspace_teams_access_tokens
  teams_user:
    description:
      - User to sign in to Teams as. Works only without a second factor.
    type: str
    vars:
      - name: ansible_runspace_teams_user
  teams_password:
    description:
      - Password of O(teams_user).
    type: str
    vars:
      - name: ansible_runspace_teams_password
  teams_environment:
    description:
      - The cloud of the tenant, if it is not the commercial one or GCC. Works with O(teams_user) only.
      - For the other ways to sign in, choose the cloud once on the host with C(Set-TeamsEnvironmentConfig).
    type: str
    choices: [TeamsGCCH, TeamsDOD, TeamsChina]
    vars:
      - name: ansible_runspace_teams_environment
"""
