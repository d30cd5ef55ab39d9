"""XML from outside, read safely: no document type, no entity, nothing fetched (attacks A22 and A24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from terpadu.errors import BadInput

WSDL = "http://schemas.xmlsoap.org/wsdl/"
XSD = "http://www.w3.org/2001/XMLSchema"


class Unreadable(Exception):
    """Not the XML that was expected; says what came instead, in one clause."""


def parse(body: bytes, parser: etree.XMLParser | None = None, base: str = "") -> etree._Element:
    """The root. Raises Unreadable for what is no XML or has a document type."""
    try:
        root = etree.fromstring(body, parser or safe_parser(), base_url=base)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("a web page (HTML)" if looks_like_html(body) else "text that is no XML") from None
    if root.tag == "html" or getattr(root.getroottree().docinfo, "doctype", ""):
        raise Unreadable("a web page (HTML)" if looks_like_html(body) else "XML with a document type")
    return root


def safe_parser() -> etree.XMLParser:
    """A parser that resolves and fetches nothing and keeps libxml2's limits on depth and size."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
    )


def looks_like_html(body: bytes) -> bool:
    """Would a browser show this as a page?"""
    start = body[:200].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))


class Shelf:
    """The documents that may be read, by address. Whatever else a document refers to does not exist.

    This is all of zeep's transport: it loads from the shelf and can send nothing.
    """

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self._documents = dict(documents)

    def load(self, address: str) -> bytes:
        """The document at an address. Raises BadInput for one that was not put on the shelf."""
        found = self._documents.get(address)
        if found is None:
            raise BadInput(
                f"Expected a WSDL that is complete, got one that refers to {address}; nothing is fetched from there: "
                "save that document beside connector.toml and name it under [soap.documents]."
            )
        return found


def schema(wsdl: etree._Element, base: str, shelf: Shelf) -> etree.XMLSchema | None:
    """All schemas of a WSDL as one, to check messages against. None for a WSDL that declares no element."""
    inline = wsdl.findall(f"{{{WSDL}}}types/{{{XSD}}}schema")
    places = {f"inline:{number}": tree for number, tree in enumerate(inline)}
    if not any(tree.find(f"{{{XSD}}}element") is not None or len(tree) for tree in inline):
        return None
    spaces = {tree.get("targetNamespace"): place for place, tree in places.items()}
    for tree in inline:
        _point(tree, spaces, base)
    parser = safe_parser()
    parser.resolvers.add(_Resolver({place: etree.tostring(tree) for place, tree in places.items()}, shelf))
    whole = parse(_joined(spaces), parser, "inline:all")
    return etree.XMLSchema(etree.ElementTree(whole))


def _point(tree: etree._Element, spaces: Mapping[str | None, str], base: str) -> None:
    """Let each import say where it leads: to a schema of the same file, or to an address from the file's own on."""
    for reference in tree.iter(f"{{{XSD}}}import", f"{{{XSD}}}include"):
        location = reference.get("schemaLocation")
        if location:
            reference.set("schemaLocation", urljoin(base, location))
        elif reference.get("namespace") in spaces:
            reference.set("schemaLocation", spaces[reference.get("namespace")])


def _joined(spaces: Mapping[str | None, str]) -> bytes:
    root = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD})
    for space, place in spaces.items():
        reference = etree.SubElement(root, f"{{{XSD}}}import" if space else f"{{{XSD}}}include", schemaLocation=place)
        if space:
            reference.set("namespace", space)
    return etree.tostring(root)


class _Resolver(etree.Resolver):
    def __init__(self, inline: Mapping[str, bytes], shelf: Shelf) -> None:
        self._inline = inline
        self._shelf = shelf

    def resolve(self, address: str, public: str, context: Any) -> Any:  # type: ignore[override] # the stub lacks context
        body = self._inline.get(address) or self._shelf.load(address)
        return self.resolve_string(body, context, base_url=address)
