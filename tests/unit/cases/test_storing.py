"""A stored workflow gets the CEL engine back, always; Python that was smuggled into it cannot run."""

import json
from pathlib import Path
from typing import Any

import pytest

from terpadu.cases.engine.cel import OnlyCel, Undecided
from terpadu.cases.engine.reading import understood
from terpadu.cases.engine.storing import fresh, loaded, packed
from terpadu.errors import BadInput
from tests.unit.cases.processes import process
from tests.unit.cases.services import service

CHOOSING = """
<startEvent id="mulai"/>
<serviceTask id="kk"/>
<exclusiveGateway id="pilih"/>
<serviceTask id="akta"/>
<boundaryEvent id="batas" attachedToRef="akta" cancelActivity="false"><timerEventDefinition>
<timeDate>hari_kerja(3)</timeDate></timerEventDefinition></boundaryEvent>
<serviceTask id="kia"/>
<endEvent id="a"/>
<endEvent id="b"/>
<endEvent id="c"/>
mulai -> kk
kk -> pilih
pilih -> akta: fakta.umur > 7
pilih => kia
akta -> a
kia -> b
batas -> c
"""


def _tree(known: dict[str, Any] | None = None) -> dict[str, Any]:
    workflow = fresh(understood(process(CHOOSING), "uji.bpmn", service()), OnlyCel(known or {}, {}))
    workflow.do_engine_steps()
    tree: dict[str, Any] = json.loads(json.dumps(packed(workflow)))
    return tree


def _run_first(tree: dict[str, Any], known: dict[str, Any]) -> list[str]:
    engine = OnlyCel(known, {"hari_kerja": lambda days: "2999-01-01T00:00:00+00:00"})
    workflow = loaded(tree, engine)
    workflow.get_next_task(spec_name="kk", manual=True).run()
    workflow.do_engine_steps()
    again = loaded(json.loads(json.dumps(packed(workflow))), engine)
    return [task.task_spec.name for task in again.get_tasks() if task.has_state(16) and task.task_spec.manual]


def test_conditions_are_cel_before_and_after_storing() -> None:
    assert _run_first(_tree(), {"fakta": {"umur": 8}}) == ["akta"]
    assert _run_first(_tree(), {"fakta": {"umur": 7}}) == ["kia"]
    with pytest.raises(Undecided, match=r"fakta\.umur > 7"):
        _run_first(_tree(), {"fakta": {}})


def test_python_smuggled_into_a_stored_workflow_does_not_run(tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    python = f"__import__('pathlib').Path({str(proof)!r}).touch() or True"
    text = json.dumps(_tree()).replace("fakta.umur > 7", python)
    assert python in text
    assert "fakta.umur > 7" not in text
    with pytest.raises((BadInput, Undecided)):
        _run_first(json.loads(text), {"fakta": {"umur": 8}})
    assert not proof.exists()


def test_a_script_task_smuggled_into_a_stored_workflow_is_not_loaded() -> None:
    tree = _tree()
    spec = tree["spec"]["task_specs"]["akta"]
    spec |= {"typename": "ScriptTask", "script": "import os"}
    with pytest.raises(BadInput, match=r"got ScriptTask\. It is not run"):
        loaded(tree, OnlyCel({}, {}))


def test_the_engine_executes_nothing() -> None:
    engine = OnlyCel({}, {})
    for forbidden in (engine.execute, engine.call_service, engine.validate):
        with pytest.raises(BadInput, match="without programs"):
            forbidden(None, "print(1)")
