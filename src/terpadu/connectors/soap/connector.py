"""The connector of kind `soap`: a declared question, one operation, a mapped answer.

XML is written, read and checked in threads; the line is the same bounded HTTP client that the other systems are asked
with. The WSDL is read once; the address that it names is never used: the description's is.
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import field

from terpadu.connectors.description import Asked, Description, Expression, FailureCode, Part, Source, Template
from terpadu.connectors.errors import after_sending, by_status, failed, quoted
from terpadu.connectors.expressions import compiled, value
from terpadu.connectors.question import Question, bind_fully, check_template, context
from terpadu.connectors.rest_client import Broken, Client, Garbled, NotReached, Reply, Room, Wire, address
from terpadu.connectors.soap.contract import Contract, Fault, Sent
from terpadu.connectors.soap.documents import Unreadable
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Admitted, Answer

MOST_IDLE = 4
WSDL_SECONDS = 30.0

ATTACHED = "expected a SOAP message alone, got one with attachments (MTOM, SwA), which are not read here; agree on an \
operation that answers with text"
FAULT_CODES: dict[str, str] = {
    "Client": "business-rule",
    "Server": "upstream-down",
    "VersionMismatch": "upstream-garbage",
    "MustUnderstand": "upstream-garbage",
}
"""What SOAP's own fault codes (section 4.4.1) mean where the file declares nothing."""


class SoapService(Asked, frozen=True, kw_only=True):
    """A declared question; `values` is a template of the operation's input (`question`, `secret`, `key`, `number`)."""

    mode: Literal["asked"]
    operation: str
    values: Template


class Soap(Part, frozen=True, kw_only=True):
    """The service as a whole.

    `wsdl` is a file beside the description, what follows `base` (`?wsdl`), or an address on the same host. `documents`
    are local copies of what the WSDL refers to, by address. `fault_code` finds the system's own code in a fault
    (`{code, string, detail}`), and `faults` says what each code means. `basic` names the secrets of user and password.
    """

    wsdl: str
    documents: dict[str, str] = field(default_factory=dict)
    fault_code: Expression = "code"
    faults: dict[str, FailureCode] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    ca: str = ""


class SoapDescription(Description, frozen=True, kw_only=True):
    """A `connector.toml` of kind `soap`."""

    service: dict[str, SoapService]
    soap: Soap


DESCRIPTION = SoapDescription


class SoapConnector:
    """One SOAP 1.1 service."""

    def __init__(self, source: Source) -> None:
        self._about: SoapDescription = source.description
        self._name = self._about.system.name
        self._secrets = source.secrets
        self._where = address(self._about.system.base)
        self._client = Client(self._where, MOST_IDLE, _tls(source.folder, self._about.soap.ca))
        self._documents = {name: _file(source.folder, file) for name, file in self._about.soap.documents.items()}
        self._questions = {
            code: Question(service, self._name, f"service.{code}", source.budget.heard)
            for code, service in self._about.service.items()
        }
        self._head = _head(self._where.prefix, self._where.host_line, self._basic())
        self._contract = self._local(source.folder)
        self._reading = asyncio.Lock()
        _check(self._about)

    async def ask(self, admitted: Admitted) -> Answer:
        """Write the message, send it once, read the reply: a mapped answer, or the refusal that the fault means."""
        code = admitted.service.id.rpartition("/")[2]
        service, question = self._about.service[code], self._questions[code]
        known = context(question.read(admitted), admitted, secret=self._secrets)
        contract = await self._known()
        message = await asyncio.to_thread(contract.write, service.operation, bind_fully(service.values, known))
        reply = await self._send(message, admitted)
        found = await self._read(contract, service.operation, reply, admitted)
        if isinstance(found, Fault):
            raise self._meaning(found)
        return question.answer(_plain(found))

    async def check(self) -> str:
        """Read the WSDL where that was not done, and see that somebody listens. Asks nothing."""
        await self._known()
        try:
            await self._client.reach()
        except NotReached as error:
            raise failed("upstream-down", self._name, str(error)) from error
        return f"{self._name} listens, and its WSDL has the declared operations."

    async def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    async def _known(self) -> Contract:
        """The contract, read once; two first callers read it together."""
        async with self._reading:
            if self._contract is None:
                self._contract = await self._fetched()
            return self._contract

    async def _fetched(self) -> Contract:
        place = self._about.soap.wsdl
        whole = self._about.system.base + place if place.startswith("?") else place
        path = whole[whole.index("/", whole.index("//") + 2) :] if whole.count("/") > 2 else "/"
        wire = Wire(_get(path, self._where.host_line, self._basic()))
        room = Room(self._about.system.limits.bytes, 0, WSDL_SECONDS)
        try:
            reply = await self._client.ask(wire, room)
        except (NotReached, Broken) as error:
            raise failed("upstream-down", self._name, str(error)) from error
        except Garbled as error:
            raise failed("upstream-garbage", self._name, str(error)) from error
        if reply.status != 200:
            raise by_status(reply.status, self._name, "asked for its WSDL")
        try:
            return await asyncio.to_thread(self._made, reply.body, whole)
        except BadInput as error:
            raise failed("upstream-garbage", self._name, error.sentence.rstrip(".")) from error

    def _local(self, folder: Path) -> Contract | None:
        """A WSDL that lies beside the description is read, and its faults told, at once."""
        file = self._about.soap.wsdl
        return (
            None
            if file.startswith(("?", "http://", "https://"))
            else self._made(_file(folder, file), self._about.system.base)
        )

    def _made(self, wsdl: bytes, where: str) -> Contract:
        contract = Contract(wsdl, where, self._documents)
        missing = {service.operation for service in self._about.service.values()} - set(contract.operations)
        if missing:
            raise BadInput(
                f"Expected the operation {min(missing)} in the WSDL, got {', '.join(contract.operations)}; correct it."
            )
        return contract

    async def _send(self, message: Sent, admitted: Admitted) -> Reply:
        """Once: whether a message that may have arrived is sent again is not for a connector to decide."""
        wire = Wire(
            self._head % message.action.encode(), message.body, repeatable=admitted.service.effect == "safe"
        )  # fmt: skip
        try:
            return await self._client.ask(
                wire, Room(self._about.system.limits.bytes, 0, self._about.system.limits.seconds)
            )
        except NotReached as error:
            if error.sent:
                raise after_sending(self._name, str(error), admitted) from error
            raise failed("upstream-down", self._name, str(error)) from error
        except Broken as error:
            raise after_sending(self._name, str(error), admitted) from error
        except Garbled as error:
            raise self._unreadable(str(error), admitted) from error

    async def _read(
        self, contract: Contract, operation: str, reply: Reply, admitted: Admitted
    ) -> dict[str, Any] | Fault:
        """SOAP 1.1 over HTTP (section 6.2): 200 with an answer, 500 with a fault; everything else speaks HTTP only."""
        if reply.status not in {200, 500} or (reply.status == 500 and b"xml" not in reply.header(b"content-type")):
            raise by_status(reply.status, self._name)
        if reply.header(b"content-type").lower().startswith(b"multipart/"):
            raise self._unreadable(ATTACHED, admitted)
        try:
            return await asyncio.to_thread(contract.read, operation, reply.body)
        except Unreadable as error:
            raise self._unreadable(f"expected SOAP, got {error}", admitted) from error

    def _unreadable(self, what: str, admitted: Admitted) -> Refused:
        return (failed("upstream-garbage", self._name, what) if admitted.service.effect == "safe"
                else after_sending(self._name, what, admitted))  # fmt: skip

    def _meaning(self, fault: Fault) -> Refused:
        """The declared table first, SOAP's own codes otherwise."""
        own = value(self._about.soap.fault_code, fault._asdict())
        code = self._about.soap.faults.get(str(own)) or FAULT_CODES.get(fault.code, "upstream-garbage")
        return failed(code, self._name, quoted(str(own)))

    def _basic(self) -> bytes:
        if self._about.soap.basic is None:
            return b""
        pair = ":".join(self._secrets[name] for name in self._about.soap.basic)
        return b"Authorization: Basic %b\r\n" % b64encode(pair.encode())


def make(source: Source) -> SoapConnector:
    """A connector from its description. Raises BadInput; nothing is reached yet."""
    return SoapConnector(source)


def _check(about: SoapDescription) -> None:
    compiled(about.soap.fault_code)
    for service in about.service.values():
        check_template(service.values)
    wsdl = urlsplit(about.soap.wsdl)
    if wsdl.scheme in {"http", "https"} and wsdl[:2] != urlsplit(about.system.base)[:2]:
        raise BadInput(
            "soap.wsdl: expected an address on the host of system.base, got another host; save the WSDL beside."
        )
    for name in about.soap.basic or ():
        if name not in about.secrets:
            raise BadInput(f"soap.basic: expected the names of two secrets, got {name!r}; name it under [secrets].")


def _head(path: str, host: bytes, basic: bytes) -> bytes:
    """All of a message's head but the action, which takes the place of `%b`."""
    fixed = b"POST %b HTTP/1.1\r\nHost: %b\r\n%bContent-Type: text/xml; charset=utf-8\r\nAccept: text/xml\r\n"
    return (fixed % ((path or "/").encode(), host, basic)).replace(b"%", b"%%") + b'SOAPAction: "%b"\r\n'


def _get(path: str, host: bytes, basic: bytes) -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: %b\r\n%bAccept: text/xml\r\n" % (path.encode(), host, basic)


def _file(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise BadInput(
            f"Expected the file {name} beside connector.toml, got none ({error.strerror}); put it there."
        ) from error


def _tls(folder: Path, ca: str) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=str(folder / ca)) if ca else None


def _plain(found: dict[str, Any]) -> Any:
    """Dates, decimals and bytes as JSON has them."""
    return msgspec.to_builtins(found)
