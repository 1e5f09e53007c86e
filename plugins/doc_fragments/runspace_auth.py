# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the connection signs in to a host: the options of ansible.builtin.psrp, under the same names."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of authentication."""

    DOCUMENTATION = r"""
options:
  remote_user:
    description:
      - User to sign in to the host as.
    type: str
    vars:
      - name: ansible_user
      - name: ansible_psrp_user
    keyword:
      - name: remote_user
  remote_password:
    description:
      - Password of O(remote_user). Not needed with V(certificate) in O(auth), or with V(kerberos) and a ticket.
    type: str
    aliases: [password]
    vars:
      - name: ansible_password
      - name: ansible_winrm_pass
      - name: ansible_winrm_password
  auth:
    description:
      - How to authenticate. V(negotiate) is V(kerberos) where that is to be had, else V(ntlm).
      - V(credssp) and V(kerberos) need more libraries on the controller, C(pip install pypsrp[credssp,kerberos]).
      - The guide C(docs/authentication.md) of this collection has the commands for Windows and what a message means.
    type: str
    choices: [basic, certificate, negotiate, kerberos, ntlm, credssp]
    default: negotiate
    vars:
      - name: ansible_psrp_auth
  certificate_pem:
    description:
      - PEM file with the client certificate for V(certificate) in O(auth).
    type: path
    vars:
      - name: ansible_psrp_certificate_pem
  certificate_key_pem:
    description:
      - PEM file with the key of O(certificate_pem).
    type: path
    vars:
      - name: ansible_psrp_certificate_key_pem
  certificate_key_password:
    description:
      - Password of O(certificate_key_pem), if it has one.
    type: str
    vars:
      - name: ansible_psrp_certificate_key_password
  credssp_auth_mechanism:
    description:
      - What V(credssp) in O(auth) authenticates with.
    type: str
    choices: [auto, kerberos, ntlm]
    default: auto
    vars:
      - name: ansible_psrp_credssp_auth_mechanism
  credssp_disable_tlsv1_2:
    description:
      - Do without TLS 1.2 in CredSSP, for hosts that do not have it.
    type: bool
    default: false
    vars:
      - name: ansible_psrp_credssp_disable_tlsv1_2
  credssp_minimum_version:
    description:
      - Lowest version of CredSSP on the host that is accepted. V(5) makes sure that CVE-2018-0886 is patched there.
    type: int
    default: 2
    vars:
      - name: ansible_psrp_credssp_minimum_version
  negotiate_delegate:
    description:
      - Whether the host may sign in elsewhere with the user's Kerberos ticket, as moves may need it to reach Active Directory.
    type: bool
    vars:
      - name: ansible_psrp_negotiate_delegate
  negotiate_hostname_override:
    description:
      - Name of the host in Kerberos, where O(remote_addr) is another.
    type: str
    vars:
      - name: ansible_psrp_negotiate_hostname_override
  negotiate_send_cbt:
    description:
      - Whether to bind the authentication to the TLS channel (channel binding token).
    type: bool
    default: true
    vars:
      - name: ansible_psrp_negotiate_send_cbt
  negotiate_service:
    description:
      - Service part of the host's principal name in Kerberos.
    type: str
    default: host
    vars:
      - name: ansible_psrp_negotiate_service
"""
