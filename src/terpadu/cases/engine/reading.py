"""process.bpmn read: elements allowed, steps known to the service, every branch with an end."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lxml import etree
from msgspec import ValidationError

from terpadu.cases.engine.elements import Element, Kind, Lane, Process
from terpadu.cases.engine.extensions import element_of, lane_of
from terpadu.cases.engine.notation import BPMN, parse, where
from terpadu.errors import BadInput
from terpadu.services.definition import Service, named_facts

FILE = "process.bpmn"
KINDS: dict[str, Kind] = {
    "serviceTask": "act",
    "userTask": "person",
    "manualTask": "office",
    "businessRuleTask": "rule",
}
_NODES = (
    *KINDS,
    *("startEvent", "endEvent", "exclusiveGateway", "inclusiveGateway", "parallelGateway"),
    *("intermediateCatchEvent", "boundaryEvent"),
)


def read(folder: Path, service: Service) -> Process:
    """The process of a service's folder. Raises `BadInput` with one sentence that names file and element."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Expected a process at {path}: {error}.") from None
    return understood(text, f"{folder.name}/{FILE}", service)


def understood(text: str, file: str, service: Service) -> Process:
    """A process of these bytes. Raises `BadInput` with one sentence that names file and element."""
    root = parse(text, file)
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise BadInput(f"{file}: expected exactly one process, got {len(processes)}.")
    process = processes[0]
    _check_flow(process, file)
    found = Process(
        id=process.get("id") or "",
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        elements=_elements(process, file),
        lanes=_lanes(process, file),
    )
    _check_steps(found, process, service, file)
    return found


def _lanes(process: etree._Element, file: str) -> dict[str, Lane]:
    found = [lane_of(lane, where(lane, file)) for lane in process.iter(f"{{{BPMN}}}lane")]
    return {lane.office: lane for lane in found}


def _elements(process: etree._Element, file: str) -> dict[str, Element]:
    offices = {
        reference.text: lane.get("name") or ""
        for lane in process.iter(f"{{{BPMN}}}lane")
        for reference in lane.iterfind(f"{{{BPMN}}}flowNodeRef")
    }
    found: dict[str, Element] = {}
    for node in process:
        kind = KINDS.get(etree.QName(node).localname)
        if kind:
            name = node.get("id") or ""
            try:
                found[name] = element_of(node, kind, offices.get(name, ""))
            except (BadInput, ValidationError) as error:
                raise BadInput(f"{where(node, file)}: {error}") from None
    return found


def _check_steps(found: Process, process: etree._Element, service: Service, file: str) -> None:
    """Acts are the service's, officers' tasks have an office, what is shown is asked."""
    acts, facts = {act.name for act in service.act}, named_facts(service)
    for node in process:
        element = found.elements.get(node.get("id") or "")
        if element is None:
            continue
        if element.kind == "act" and element.id not in acts:
            raise BadInput(f"{where(node, file)}: expected an act of service.toml ({', '.join(sorted(acts))}).")
        if element.kind == "office" and not (element.office or element.office_by):
            raise BadInput(f"{where(node, file)}: expected it in a lane that is named after an office.")
        if element.kind == "rule" and (element.ruling is None or not element.ruling.result):
            raise BadInput(f"{where(node, file)}: expected <decides result=…> that says what the rule decides.")
        _check_named(element, acts, facts, where(node, file))


def _check_named(element: Element, acts: set[str], facts: set[str], place: str) -> None:
    reasons = element.ruling.reasons if element.ruling else ()
    for fact in (*(one.fact for one in element.shows), *(one.fact for one in reasons)):
        if fact and fact not in facts:
            raise BadInput(f"{place}: expected a fact that service.toml asks, got {fact!r}.")
    for reason in reasons:
        if reason.act and reason.act not in acts:
            raise BadInput(f"{place}: expected an act of service.toml, got {reason.act!r}.")


def _check_flow(process: etree._Element, file: str) -> None:
    """One start; every element is reached and goes on, save the ends; a choice has a default."""
    nodes = {node.get("id"): node for node in process if etree.QName(node).localname in _NODES}
    if None in nodes:
        raise BadInput(f"{where(nodes[None], file)}: expected an id.")
    starts = [name for name, node in nodes.items() if etree.QName(node).localname == "startEvent"]
    if len(starts) != 1:
        raise BadInput(f"{file}: expected exactly one <startEvent>, got {len(starts)}.")
    flows = _flows(process, nodes, file)
    _check_reached(nodes, flows, starts[0], file)
    for name, node in nodes.items():
        _check_onward(node, flows.get(name or "", []), file)


def _flows(
    process: etree._Element, nodes: dict[str | None, etree._Element], file: str
) -> dict[str, list[etree._Element]]:
    flows: dict[str, list[etree._Element]] = {}
    for flow in process.iterfind(f"{{{BPMN}}}sequenceFlow"):
        if flow.get("sourceRef") not in nodes or flow.get("targetRef") not in nodes:
            raise BadInput(f"{where(flow, file)}: expected to lead from an element of this process to another.")
        flows.setdefault(flow.get("sourceRef") or "", []).append(flow)
    return flows


def _check_reached(
    nodes: dict[str | None, etree._Element], flows: dict[str, list[etree._Element]], start: str | None, file: str
) -> None:
    ahead, reached = [start], set()
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        ahead += [flow.get("targetRef") for flow in flows.get(name or "", [])]
        ahead += [one for one, node in nodes.items() if node.get("attachedToRef") == name]
    if lost := [node for name, node in nodes.items() if name not in reached]:
        raise BadInput(f"{where(lost[0], file)}: expected a way to it from the start; there is none.")


def _check_onward(node: etree._Element, flows: list[etree._Element], file: str) -> None:
    kind = etree.QName(node).localname
    if kind == "endEvent":
        return
    if not flows:
        raise BadInput(f"{where(node, file)}: expected a way onward; it has none. Only an <endEvent> ends a branch.")
    conditions = [flow for flow in flows if flow.find(f"{{{BPMN}}}conditionExpression") is not None]
    choosing = kind in ("exclusiveGateway", "inclusiveGateway")
    if conditions and not choosing:
        raise BadInput(f"{where(conditions[0], file)}: expected conditions only behind a gateway that chooses.")
    if choosing and len(flows) > 1 and node.get("default") not in [flow.get("id") for flow in flows]:
        raise BadInput(f"{where(node, file)}: expected a default way, for when no condition holds.")
    if choosing and len(flows) > 1 and len(conditions) != len(flows) - 1:
        raise BadInput(f"{where(node, file)}: expected a condition on every way but the default.")
