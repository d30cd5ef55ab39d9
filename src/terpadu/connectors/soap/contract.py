"""What a WSDL promises: an operation's message written from plain values, a reply read into plain values.

zeep knows how; it gets no network. Both directions are checked against the WSDL's own schema, facets included, which
zeep leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import zeep
import zeep.exceptions
from lxml import etree
from zeep.helpers import serialize_object

from terpadu.connectors.soap.documents import WSDL, Shelf, Unreadable, parse, schema
from terpadu.errors import BadInput, Refused

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class Sent(NamedTuple):
    """A message ready to go."""

    action: str
    body: bytes


class Fault(NamedTuple):
    """A SOAP 1.1 fault (W3C Note SOAP 1.1, section 4.4): whose it is, its sentence, and its detail as plain values."""

    code: str
    string: str
    detail: dict[str, Any]


class Contract:
    """One WSDL, read. Raises BadInput, in one sentence, for anything else."""

    def __init__(self, wsdl: bytes, address: str, documents: Mapping[str, bytes]) -> None:
        shelf = Shelf({**documents, address: wsdl})
        root = _wsdl(wsdl)
        try:
            self._schema = schema(root, address, shelf)
            self._binding, self.address = _binding(_client(address, shelf))
        except (etree.XMLSchemaParseError, zeep.exceptions.Error, AttributeError, KeyError, TypeError) as error:
            raise BadInput(f"Expected a WSDL that fits itself, got one that does not: {_line(error)}.") from error

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of what can be asked."""
        return tuple(self._binding.all())

    def elements(self, operation: str) -> list[tuple[str, Any]]:
        """The input's parts: (name, zeep's element), for drafts."""
        kind = self._binding.get(operation).input.body.type
        return list(getattr(kind, "elements", ()))

    def answers(self, operation: str) -> list[tuple[str, Any]]:
        """The output's parts, likewise."""
        output = self._binding.get(operation).output
        return list(getattr(output.body.type, "elements", ())) if output is not None else []

    def write(self, operation: str, values: dict[str, Any]) -> Sent:
        """The envelope. Raises Refused("content") where the values do not fit the schema."""
        known = self._binding.get(operation)
        try:
            made = known.create(**values)
        except (zeep.exceptions.Error, TypeError, ValueError) as error:
            why = "a value has the wrong form" if isinstance(error, ValueError) else _line(error)
            raise Refused("content", f"Expected values that fit {operation}, but {why}.") from None
        fault = self._misfit(made.content)
        if fault:
            raise Refused(
                "content", f"Expected values that fit {operation}, but {fault} does not; correct the question."
            )
        return Sent(known.soapaction or "", etree.tostring(made.content, xml_declaration=True, encoding="utf-8"))

    def read(self, operation: str, body: bytes) -> dict[str, Any] | Fault:
        """The reply. Raises Unreadable for what is no SOAP 1.1 or breaks the schema."""
        envelope = parse(body)
        if envelope.tag != f"{{{SOAP}}}Envelope":
            raise Unreadable(f"XML whose root is {etree.QName(envelope).localname}, no SOAP 1.1 envelope")
        fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
        if fault is not None:
            return _fault(fault)
        misfit = self._misfit(envelope)
        if misfit:
            raise Unreadable(f"a reply whose {misfit} breaks the WSDL's schema")
        return self._values(operation, envelope)

    def _values(self, operation: str, envelope: etree._Element) -> dict[str, Any]:
        try:
            found = _serialized(self._binding.get(operation).process_reply(envelope))
        except (zeep.exceptions.Error, AttributeError, ValueError, TypeError) as error:
            raise Unreadable(f"a reply that does not fit {operation}: {type(error).__name__}") from error
        return found if isinstance(found, dict) else {"value": found}

    def _misfit(self, envelope: etree._Element) -> str:
        """The first element of the body that breaks the schema (its name, never its value); empty when all fits."""
        parts = envelope.findall(f"{{{SOAP}}}Body/*")
        if self._schema is None:
            return ""
        if len(parts) != 1:
            return "Body"
        if self._schema.validate(parts[0]):
            return ""
        log: Any = self._schema.error_log
        path = log[0].path or ""
        return path.rpartition("/")[2].rpartition(":")[2] or "Body"


def _wsdl(body: bytes) -> etree._Element:
    try:
        root = parse(body)
        if root.tag != f"{{{WSDL}}}definitions":
            raise Unreadable(f"XML whose root is {etree.QName(root).localname}")
    except Unreadable as error:
        raise BadInput(
            f"Expected a WSDL 1.1 document, got {error}; give the address or file that ends in ?wsdl."
        ) from error
    return root


def _client(address: str, shelf: Shelf) -> Any:
    settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, force_https=False)
    make: Any = zeep.Client
    return make(address, transport=shelf, settings=settings)


def _binding(client: Any) -> tuple[Any, str]:
    """The first SOAP 1.1 binding, and the address that the WSDL names for it: shown in drafts, never reached."""
    for service in client.wsdl.services.values():
        for port in service.ports.values():
            if type(port.binding).__name__ == "Soap11Binding":
                return port.binding, str((port.binding_options or {}).get("address") or "")
    raise BadInput("Expected a WSDL with a SOAP 1.1 port, got none; ask the system's owner for one.")


def _serialized(found: Any) -> Any:
    plainly: Any = serialize_object
    return plainly(found, dict)


def _fault(fault: etree._Element) -> Fault:
    code = (fault.findtext("faultcode") or "").rpartition(":")[2]
    detail = fault.find("detail")
    return Fault(code, fault.findtext("faultstring") or "", {} if detail is None else _plain(detail))


def _plain(element: etree._Element) -> dict[str, Any]:
    """An element's children by local name: text, or in turn a table."""
    return {etree.QName(part).localname: _plain(part) if len(part) else part.text for part in element}


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
