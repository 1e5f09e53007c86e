# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""WS-Management messages: reading requests, writing answers and faults. Facts from MS-WSMV and MS-WSMAN."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass, field
from itertools import count
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

_WINDOWS = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "x": _TRANSFER,
    "rsp": _WINDOWS,
    "cfg": "http://schemas.microsoft.com/wbem/wsman/1/config",
    "pwsh": "http://schemas.microsoft.com/powershell",
}
RESOURCE_PREFIX = "http://schemas.microsoft.com/powershell/"
_ANONYMOUS = f"{NAMESPACES['a']}/role/anonymous"
_FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
_DECLARATIONS = " ".join(
    f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items() if prefix not in {"cfg", "pwsh"}
)
_IDS = count(uuid.uuid4().int)
_DURATION = re.compile(r"P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?")

CREATE, DELETE, GET = f"{_TRANSFER}/Create", f"{_TRANSFER}/Delete", f"{_TRANSFER}/Get"
COMMAND, SEND, RECEIVE, SIGNAL = (f"{_WINDOWS}/{name}" for name in ("Command", "Send", "Receive", "Signal"))
DONE, RUNNING = f"{_WINDOWS}/CommandState/Done", f"{_WINDOWS}/CommandState/Running"
TERMINATE = f"{_WINDOWS}/signal/terminate"


class BadRequest(Exception):
    """The bytes are no WS-Management request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A WS-Management request. `body` is the first element of the SOAP body.

    `timeout` is in seconds, None where `duration`, the text of its header, says none.
    """

    action: str
    message_id: str
    resource_uri: str = ""
    shell_id: str | None = None
    timeout: float | None = 60.0
    duration: str = ""
    body: ElementTree.Element | None = field(default=None, repr=False)

    def text(self, path: str) -> str:
        """Return the text of an element below the body, or nothing."""
        found = None if self.body is None else self.body.findtext(path, namespaces=NAMESPACES)
        return (found or "").strip()

    def attribute(self, path: str, name: str) -> str | None:
        """Return an attribute of an element below the body (`.` for the body's own), or None."""
        element = None if self.body is None else self.body.find(path, NAMESPACES)
        return None if element is None else element.get(name)

    def payload(self, path: str) -> bytes:
        """Return the base64 content of an element below the body. Raises BadRequest."""
        try:
            return base64.b64decode(self.text(path))
        except binascii.Error as error:
            raise BadRequest(f"content of {path} is not base64") from error


def read_request(content: bytes) -> Request:
    """Read a SOAP envelope. Raises BadRequest."""
    try:
        envelope = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise BadRequest("not XML") from error

    def header(path: str) -> str:
        return (envelope.findtext(f"s:Header/{path}", "", NAMESPACES) or "").strip()

    action = header("a:Action")
    if not action:
        raise BadRequest("no Action in the SOAP header")
    body = envelope.find("s:Body", NAMESPACES)
    return Request(
        action=action,
        message_id=header("a:MessageID"),
        resource_uri=header("w:ResourceURI"),
        shell_id=header("w:SelectorSet/w:Selector[@Name='ShellId']").upper() or None,
        timeout=_seconds(header("w:OperationTimeout")),
        duration=header("w:OperationTimeout"),
        body=None if body is None or not len(body) else body[0],
    )


def _seconds(duration: str) -> float | None:
    """Seconds of an ISO 8601 duration of days and below; 60, the service's own default, when there is none."""
    if not duration:
        return 60.0
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.group("d", "h", "m", "s"))
    return days * 86400 + hours * 3600 + minutes * 60 + seconds


def answer(request: Request, body: str) -> bytes:
    """Wrap the XML of a body into the answer to a request."""
    return _envelope(f"{request.action}Response", request.message_id, body)


def _message_id() -> str:
    """Return an id that no other message of this process has. A random one needs the system for each."""
    return str(uuid.UUID(int=next(_IDS) % (1 << 128))).upper()


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    return (
        f"<s:Envelope {_DECLARATIONS}><s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:{_message_id()}</a:MessageID>"
        f"<a:To>{_ANONYMOUS}</a:To><a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def created(request: Request, address: str, shell: str) -> bytes:
    """Answer a Create with the shell's XML. The client takes the selector of all later requests from ResourceCreated."""
    selector = (
        f'<w:SelectorSet><w:Selector Name="ShellId">{escape(request.shell_id or "")}</w:Selector></w:SelectorSet>'
    )
    reference = f"<a:ReferenceParameters><w:ResourceURI>{escape(request.resource_uri)}</w:ResourceURI>{selector}</a:ReferenceParameters>"
    return answer(
        request, f"<x:ResourceCreated><a:Address>{escape(address)}</a:Address>{reference}</x:ResourceCreated>{shell}"
    )


def received(request: Request, pipeline: str | None, data: bytes, done: bool) -> bytes:
    """Answer a Receive with PSRP fragments."""
    command = "" if pipeline is None else f" CommandId={quoteattr(pipeline)}"
    stream = f'<rsp:Stream Name="stdout"{command}>{base64.b64encode(data).decode()}</rsp:Stream>' if data else ""
    state = "" if pipeline is None else f'<rsp:CommandState{command} State="{DONE if done else RUNNING}"/>'
    return answer(request, f"<rsp:ReceiveResponse>{stream}{state}</rsp:ReceiveResponse>")


def fault(request: Request | None, subcode: str, code: int, message: str, machine: str) -> bytes:
    """Build a SOAP fault with the WSManFault that clients look at. `code` is a Windows error code."""
    detail = (
        f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{escape(message)}</f:Message></f:WSManFault>"
    )
    body = (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(message)}</s:Text></s:Reason><s:Detail>{detail}</s:Detail></s:Fault>'
    )
    return _envelope(_FAULT_ACTION, request.message_id if request else "", body)
