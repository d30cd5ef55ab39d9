"""Workflows made and kept: one maker, one packer, one loader; the loader always puts the CEL engine back.

The library gives a workflow that it reads an engine that runs Python. So nothing else in the house may read one, the
loader knows only the kinds of elements that a process file may hold, and it replaces the engine before anything runs.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.specs.defaults import ManualTask

from terpadu.cases.engine.cel import OnlyCel
from terpadu.cases.engine.elements import Process
from terpadu.cases.engine.reading import KINDS
from terpadu.errors import BadInput

_LOADED = frozenset(
    (
        *("BpmnWorkflow", "Task", "BpmnEvent", "BpmnProcessSpec", "SimpleBpmnTask", "BpmnStartTask", "_EndJoin"),
        *("ManualTask", "ExclusiveGateway", "InclusiveGateway", "ParallelGateway", "StartEvent", "EndEvent"),
        *("IntermediateCatchEvent", "BoundaryEvent", "BoundaryEventSplit", "BoundaryEventJoin"),
        *("NoneEventDefinition", "TerminateEventDefinition", "ErrorEventDefinition", "TimeDateEventDefinition"),
    )
)


class _Parser(BpmnParser):  # type: ignore[misc]  # the library has no types
    """Every task waits for the walk: none is run by the library."""

    OVERRIDE_PARSER_CLASSES = {full_tag(name): (TaskParser, ManualTask) for name in KINDS}  # noqa: RUF012


def fresh(process: Process, engine: OnlyCel) -> BpmnWorkflow:
    """A workflow at its beginning. Raises `BadInput` for what the library cannot make of the file."""
    parser = _Parser()
    try:
        parser.add_bpmn_xml(etree.fromstring(process.text.encode()), process.id)
        return BpmnWorkflow(parser.get_spec(process.id), script_engine=engine)
    except ValidationException as error:
        raise BadInput(f"Expected a process that can be run, got {process.id}: {error}.") from None


def packed(workflow: BpmnWorkflow) -> dict[str, Any]:
    """A workflow as a JSON tree."""
    tree: dict[str, Any] = _serializer().to_dict(workflow)
    return tree


def loaded(tree: dict[str, Any], engine: OnlyCel) -> BpmnWorkflow:
    """The workflow of a tree, with this engine. Raises `BadInput` where it holds anything but the kinds that are run."""
    strange = sorted(_kinds(tree) - _LOADED)
    if strange:
        raise BadInput(f"Expected a stored workflow of known elements, got {', '.join(strange)}. It is not run.")
    workflow = _serializer().from_dict(deepcopy(tree))  # it writes into what it reads
    if not isinstance(workflow, BpmnWorkflow):
        raise BadInput("Expected a stored workflow; the tree is none. It is not run.")
    workflow.script_engine = engine
    return workflow


def _kinds(tree: Any) -> set[str]:
    """Every `typename` in a tree."""
    found, ahead = set(), [tree]
    while ahead:
        one = ahead.pop()
        if isinstance(one, dict):
            found |= {str(one["typename"])} if "typename" in one else set()
            ahead += one.values()
        elif isinstance(one, list):
            ahead += one
    return found


@lru_cache(maxsize=1)
def _serializer() -> BpmnWorkflowSerializer:
    config = {kind: converter for kind, converter in DEFAULT_CONFIG.items() if kind.__name__ in _LOADED}
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
