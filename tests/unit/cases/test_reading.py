"""A process file is refused with a sentence that names file, line and element; nothing of it ever runs as a program."""

import pytest

from terpadu.cases.engine.reading import understood
from terpadu.errors import BadInput
from tests.unit.cases.processes import process
from tests.unit.cases.services import DUKCAPIL, service

GOOD = f"""
<laneSet id="l"><lane id="l1" name="{DUKCAPIL}"><extensionElements>
<t:office id="Dinas Dukcapil" en="Civil registry"/></extensionElements>
<flowNodeRef>periksa</flowNodeRef></lane></laneSet>
<startEvent id="mulai"/>
<serviceTask id="akta"/>
<boundaryEvent id="akta_gagal" attachedToRef="akta"><errorEventDefinition/></boundaryEvent>
<exclusiveGateway id="telat"/>
<manualTask id="periksa" name="Memeriksa"><extensionElements><t:text en="Checks"/>
<t:shows fact="ibu.cocok" id="Cocok" en="Fits"/>
<t:decides id="Pencatatan" en="Record" rule="UU 24/2013 pasal 32" examiner="{DUKCAPIL}"/>
<t:term days="3"/></extensionElements></manualTask>
<businessRuleTask id="tolak">
<extensionElements><t:decides id="Pencatatan" en="Record" rule="UU" result="refused">
<t:reason id="Ditolak" en="Refused" act="akta"/></t:decides></extensionElements></businessRuleTask>
<endEvent id="selesai"/>
<endEvent id="berhenti"><terminateEventDefinition/></endEvent>
mulai -> telat
telat -> periksa: hari_antara(fakta.bayi.lahir, hari_ini) > 60
telat => akta
periksa -> akta
akta -> selesai
akta_gagal -> tolak
tolak -> berhenti
"""


def test_a_good_file_is_understood() -> None:
    found = understood(process(GOOD), "uji.bpmn", service())
    assert found.order == ("akta", "periksa", "tolak")
    checks = found.elements["periksa"]
    assert (checks.kind, checks.office, checks.days, checks.title.en) == ("office", DUKCAPIL, 3, "Checks")
    assert checks.ruling is not None
    assert checks.ruling.rule == "UU 24/2013 pasal 32"
    assert found.lanes[DUKCAPIL].title.id == "Dinas Dukcapil"


BROKEN = {
    "a program": ("<serviceTask id=\"akta\"/>", '<scriptTask id="akta"><script>import os</script></scriptTask>',
                  r"uji.bpmn: line \d+: <scriptTask> of 'akta' is not run here: programs in a file never run"),
    "a script before a task": (
        "<t:text en=\"Checks\"/>", '<s:preScript xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">x=1</s:preScript>',
        r"uji.bpmn: line \d+: <preScript> of 'periksa' is not run here"),
    "another program's attribute": (
        '<serviceTask id="akta"/>', '<serviceTask id="akta" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="X"/>',
        r"<serviceTask> of 'akta': expected no attribute of another program, got 'class'"),
    "Python for a condition": (
        "hari_antara(fakta.bayi.lahir, hari_ini) > 60", "__import__('os').system('id') == 0",
        r"<conditionExpression> of 'f\d+': expected .* to name only what a process knows; it names .*__import__"),
    "a language": (
        'isExecutable="true"', 'isExecutable="true" expressionLanguage="python"', "expected the language cel, got 'python'"
    ),
    "a condition that is none": ("hari_ini) > 60", "hari_ini) >", r"<conditionExpression> of 'f\d+': expected a CEL expression"),
    "an unknown variable": ("fakta.bayi.lahir", "orang.lahir", "it names orang"),
    "an act that the service has not": ('id="akta"/>', 'id="akte"/>', r"<serviceTask> of 'akte'|expected to lead from"),
    "a loop": (
        '<serviceTask id="akta"/>', '<serviceTask id="akta"><standardLoopCharacteristics/></serviceTask>', "loops are not run"),
    "an officer without an office": (
        "<flowNodeRef>periksa</flowNodeRef>", "", "<manualTask> of 'periksa': expected it in a lane"),
    "a fact that nobody asks": (
        'fact="ibu.cocok"', 'fact="ibu.umur"', "expected a fact that service.toml asks, got 'ibu.umur'"),
    "a choice without default": (' default="', ' nodefault="', "<exclusiveGateway> of 'telat': expected a default way"),
    "a step without a way onward": (
        "sourceRef=\"tolak\"", "sourceRef=\"periksa\"", "'tolak': expected a way onward|expected a way to it"),
    "an unknown own element": ("<t:term days", "<t:deadline days", "expected our own elements as the reference lists them"),
    "a wrong number": ('days="3"', 'days="three"', "<manualTask> of 'periksa': Expected `int`"),
    "a document type": (
        '<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "DOCTYPE"),
    "no XML": ("</process>", "", "expected XML"),
    "a process in a process": ('<serviceTask id="akta"/>', '<subProcess id="akta"/>', "processes inside processes are not run"),
    "a term in hours": (
        "<errorEventDefinition/>", "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        "terms are working days"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_with_file_and_element(name: str) -> None:
    old, new, sentence = BROKEN[name]
    text = process(GOOD)
    assert old in text
    with pytest.raises(BadInput, match=sentence) as refused:
        understood(text.replace(old, new), "uji.bpmn", service())
    assert "uji.bpmn" in refused.value.sentence
