# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the connection reaches a host: the options of ansible.builtin.psrp, under the same names."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the transport."""

    DOCUMENTATION = r"""
options:
  remote_addr:
    description:
      - Host name or IP address of the Windows host.
    type: str
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
      - name: ansible_psrp_host
  port:
    description:
      - Port of the WinRM listener.
      - If not given, it is V(5986), or V(5985) when O(protocol) is V(http).
    type: int
    vars:
      - name: ansible_port
      - name: ansible_psrp_port
    keyword:
      - name: port
  protocol:
    description:
      - Whether to speak HTTPS or HTTP.
      - If not given, it is V(https), or V(http) when O(port) is V(5985).
    type: str
    choices: [http, https]
    vars:
      - name: ansible_psrp_protocol
  path:
    description:
      - Path of the WinRM listener. A Skype for Business Server pool serves a restricted endpoint under V(OcsPowershell).
    type: str
    default: wsman
    vars:
      - name: ansible_psrp_path
  configuration_name:
    description:
      - Name of the PowerShell session configuration. A restricted one (JEA) will do, see the notes.
    type: str
    default: Microsoft.PowerShell
    vars:
      - name: ansible_psrp_configuration_name
  no_profile:
    description:
      - Do not load the Windows profile of the user.
    type: bool
    default: false
    vars:
      - name: ansible_psrp_no_profile
  cert_validation:
    description:
      - Whether the certificate of the host is checked.
    type: str
    choices: [validate, ignore]
    default: validate
    vars:
      - name: ansible_psrp_cert_validation
  ca_cert:
    description:
      - PEM file with the certificates that are trusted to have issued the certificate of the host.
      - Not used when O(cert_validation) is V(ignore).
    type: path
    aliases: [cert_trust_path]
    vars:
      - name: ansible_psrp_cert_trust_path
      - name: ansible_psrp_ca_cert
  connection_timeout:
    description:
      - Seconds to wait for the host to accept a connection.
    type: int
    default: 30
    vars:
      - name: ansible_psrp_connection_timeout
  read_timeout:
    description:
      - Seconds to wait for the answer to one request. Must be greater than O(operation_timeout).
      - A cmdlet may run longer, it is asked for its output again and again.
    type: int
    default: 30
    vars:
      - name: ansible_psrp_read_timeout
  operation_timeout:
    description:
      - Seconds after which the host answers a request for output even if there is none yet.
    type: int
    default: 20
    vars:
      - name: ansible_psrp_operation_timeout
  reconnection_retries:
    description:
      - How often a request is repeated when no connection to the host can be made.
    type: int
    default: 0
    vars:
      - name: ansible_psrp_reconnection_retries
  reconnection_backoff:
    description:
      - Seconds to wait before the first of O(reconnection_retries). Doubles with each.
    type: int
    default: 2
    vars:
      - name: ansible_psrp_connection_backoff
      - name: ansible_psrp_reconnection_backoff
  max_envelope_size:
    description:
      - Size of the largest message in bytes. The default suits every host, and is raised by itself where the host allows it.
    type: int
    default: 153600
    vars:
      - name: ansible_psrp_max_envelope_size
  message_encryption:
    description:
      - Whether messages are encrypted by the authentication protocol. V(auto) does so over HTTP, where TLS does not.
      - V(basic) and V(certificate) in O(auth) cannot encrypt messages. Over HTTP they need V(never), which suits a trusted loopback only.
    type: str
    choices: [auto, always, never]
    default: auto
    vars:
      - name: ansible_psrp_message_encryption
  proxy:
    description:
      - URL of a proxy to reach the host through.
    type: str
    vars:
      - name: ansible_psrp_proxy
  ignore_proxy:
    description:
      - Connect directly whatever the environment says of proxies. Not used when O(proxy) is set.
    type: bool
    default: false
    vars:
      - name: ansible_psrp_ignore_proxy
"""
