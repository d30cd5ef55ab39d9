"""Which BPMN a process may hold: one table of elements; anything else is refused with the file, the line and the element."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from terpadu.cases.engine.cel import compiled
from terpadu.errors import BadInput

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OWN = "urn:terpadu:process:1"
"""Our own extension elements: what a task shows, asks and decides (docs/reference/process-bpmn.md)."""
_DRAWING = frozenset(
    (
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
    )
)
"""Where shapes stand in a picture: no effect."""

ELEMENTS = {
    "definitions": "the file",
    "process": "the process; exactly one",
    "documentation": "a text for readers of the file",
    "extensionElements": "place of our own elements",
    "incoming": "written by drawing tools; sequence flows count",
    "outgoing": "written by drawing tools; sequence flows count",
    "collaboration": "written by drawing tools",
    "participant": "written by drawing tools",
    "laneSet": "the offices",
    "lane": "an office: its name is the office's subsystem",
    "flowNodeRef": "an element that the office does",
    "startEvent": "the beginning; exactly one",
    "endEvent": "an end of a branch",
    "terminateEventDefinition": "ends all branches",
    "sequenceFlow": "what follows",
    "conditionExpression": "CEL: when it follows",
    "exclusiveGateway": "one of several; needs a default",
    "inclusiveGateway": "all that hold; needs a default",
    "parallelGateway": "all, side by side; and their meeting",
    "serviceTask": "an act of service.toml; its id is the act's name",
    "userTask": "the person's turn",
    "manualTask": "an officer's task, in an office's lane",
    "businessRuleTask": "a decision by rule",
    "intermediateCatchEvent": "waiting for a moment",
    "boundaryEvent": "a deadline of a task, or the refusal of an act",
    "timerEventDefinition": "of an event that waits for a moment",
    "timeDate": "CEL: the moment, for example hari_kerja(3)",
    "errorEventDefinition": "of a boundary event: the act was refused",
}
"""BPMN element -> what it is for; printed into the reference."""

_WHY = {
    "scriptTask": "programs in a file never run; use an act, or a condition",
    "script": "programs in a file never run; use an act, or a condition",
    "callActivity": "processes inside processes are not run; write it out",
    "subProcess": "processes inside processes are not run; write it out",
    "multiInstanceLoopCharacteristics": "loops are not run; an act may get a list",
    "standardLoopCharacteristics": "loops are not run; an act may get a list",
    "timeDuration": "terms are working days; write <timeDate>hari_kerja(5)</timeDate>",
    "timeCycle": "terms are working days; write <timeDate>hari_kerja(5)</timeDate>",
}
_CEL_HOLDERS = ("conditionExpression", "timeDate")


def parse(text: str, file: str) -> etree._Element:
    """The file's tree, every element and expression of it allowed. Raises `BadInput` naming file, line and element."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(f"{file}: expected XML: {error.msg}. Correct the file.") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise BadInput(f"{file}: expected no DOCTYPE. Take it out.")
    for element in root.iter():
        _check(element, file)
    return root


def own(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Our own elements of a name, of one BPMN element."""
    return element.iterfind(f"{{{BPMN}}}extensionElements/{{{OWN}}}{name}")


def where(element: etree._Element, file: str) -> str:
    """For a sentence: the file, the line, the element with its id or its holder's."""
    named = next((one for one in (element, *element.iterancestors()) if one.get("id")), element)
    inside = f" of {named.get('id')!r}" if named.get("id") else ""
    return f"{file}: line {element.sourceline}: <{etree.QName(element).localname}>{inside}"


def _check(element: etree._Element, file: str) -> None:
    if not isinstance(element.tag, str):
        raise BadInput(
            f"{file}: line {element.sourceline}: expected elements only, no processing instruction or entity."
        )
    space, name = etree.QName(element).namespace, etree.QName(element).localname
    if space in _DRAWING or space == OWN:
        return
    if space != BPMN or name not in ELEMENTS:
        raise BadInput(
            f"{where(element, file)} is not run here: {_WHY.get(name, 'it is not in the table of elements')}."
        )
    _check_language(element, file)
    if name in _CEL_HOLDERS:
        try:
            compiled((element.text or "").strip())
        except BadInput as error:
            raise BadInput(f"{where(element, file)}: {error.sentence}.") from None


def _check_language(element: etree._Element, file: str) -> None:
    """Attributes of other programs' namespaces, and other languages, are refused: they would say what is not done."""
    for key, value in element.attrib.items():
        space, name = etree.QName(key).namespace, etree.QName(key).localname
        if space not in (None, "http://www.w3.org/2001/XMLSchema-instance"):
            raise BadInput(
                f"{where(element, file)}: expected no attribute of another program, got {name!r}. Take it out."
            )
        if name in ("language", "expressionLanguage", "scriptFormat") and value != "cel":
            raise BadInput(f"{where(element, file)}: expected the language cel, got {value!r}.")
