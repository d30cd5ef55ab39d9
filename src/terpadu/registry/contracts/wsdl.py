"""A WSDL 1.1 file with its schema inside: operations, and the elements of their messages."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from terpadu.errors import BadInput
from terpadu.registry.contracts.form import DEEPEST, Budget, Contract, Field, Input

_W, _X = "{http://schemas.xmlsoap.org/wsdl/}", "{http://www.w3.org/2001/XMLSchema}"
Element = etree._Element


def read(raw: bytes) -> Contract:
    """What its operations take and give. Raises `BadInput`."""
    tree, budget = _tree(raw), Budget()
    fields: dict[str, Field] = {}
    inputs: dict[str, Input] = {}
    endpoints = []
    for operation in tree.iter(f"{_W}operation"):
        if operation.getparent().tag != f"{_W}portType":  # type: ignore[union-attr]  # of a whole WSDL
            continue
        name = operation.get("name", "")
        endpoints.append(("POST", f"/{name}"))
        for path, kind, _needed in _message(tree, operation.find(f"{_W}output"), budget):
            fields.setdefault(path, Field(kind))
        for path, kind, needed in _message(tree, operation.find(f"{_W}input"), budget):
            inputs[f"POST /{name} {path}"] = Input(kind, needed)
    return Contract(fields=fields, inputs=inputs, endpoints=tuple(endpoints))


def _tree(raw: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(f"Expected a WSDL file, could not read it in line {error.lineno}.") from None
    if b"<!DOCTYPE" in raw:
        raise BadInput("Expected a WSDL file without a DOCTYPE; remove it.")
    if tree.tag != f"{_W}definitions":
        raise BadInput("Expected a WSDL 1.1 file (`definitions`), got another XML; take the one of your service.")
    return tree


def _message(tree: Element, told: Element | None, budget: Budget) -> Iterator[tuple[str, str, bool]]:
    wanted = _local(told.get("message", "")) if told is not None else ""
    for message in tree.iter(f"{_W}message"):
        if message.get("name") == wanted:
            for part in message.iter(f"{_W}part"):
                element = _named(tree, "element", _local(part.get("element", "")))
                if element is not None:
                    yield from _inside(tree, element, "", 0, budget)


def _inside(
    tree: Element, element: Element, before: str, depth: int, budget: Budget
) -> Iterator[tuple[str, str, bool]]:
    """Every leaf below an element: dotted path, type, whether it must be there."""
    budget.spend()
    if depth > DEEPEST:
        raise BadInput(
            f"Expected a description at most {DEEPEST} deep, {before[:80]} goes deeper; does it hold itself?"
        )
    kind = element.find(f"{_X}complexType")
    if kind is None:
        kind = _named(tree, "complexType", _local(element.get("type", "")))
    children = list(kind.iter(f"{_X}element")) if kind is not None else []
    for child in children:
        name = child.get("name") or _local(child.get("ref", ""))
        path = f"{before}.{name}" if before else name
        meant = child if child.get("name") else _named(tree, "element", name)
        below = list(_inside(tree, meant, path, depth + 1, budget)) if meant is not None else []
        yield from below or [(path, _local(child.get("type", "any")), child.get("minOccurs", "1") != "0")]


def _named(tree: Element, kind: str, name: str) -> Element | None:
    """A definition at the top of a schema."""
    for schema in tree.iter(f"{_X}schema"):
        for one in schema.findall(f"{_X}{kind}"):
            if name and one.get("name") == name:
                return one
    return None


def _local(name: str) -> str:
    return name.rpartition(":")[2]
