"""Small processes for tests."""

from textwrap import dedent

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:terpadu:process:1"
    targetNamespace="urn:terpadu:test"><process id="uji" isExecutable="true">
"""

LINE = """
<startEvent id="mulai"/>
<serviceTask id="akta" name="menerbitkan akta"/>
<endEvent id="selesai"/>
mulai -> akta
akta -> selesai
"""
FORK = """
<startEvent id="mulai"/>
<serviceTask id="akta"/>
<parallelGateway id="cabang"/>
<serviceTask id="kk"/>
<serviceTask id="kia"/>
<parallelGateway id="temu"/>
<endEvent id="selesai"/>
mulai -> akta
akta -> cabang
cabang -> kk
cabang -> kia
kk -> temu
kia -> temu
temu -> selesai
"""


def process(body: str) -> str:
    """A process of these elements; `a -> b` lines become sequence flows, `a -> b: CEL` conditional ones, `a => b` defaults."""
    elements, flows, defaults = [], [], {}
    for number, line in enumerate(dedent(body).strip().splitlines()):
        if " -> " in line or " => " in line:
            default = " => " in line
            source, _, rest = line.strip().partition(" => " if default else " -> ")
            target, _, condition = rest.partition(": ")
            name = f"f{number}"
            if default:
                defaults[source] = name
            inside = f"<conditionExpression>{_escaped(condition)}</conditionExpression>" if condition else ""
            flows.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>')
        else:
            elements.append(line)
    text = "\n".join(elements)
    for source, name in defaults.items():
        text = text.replace(f'id="{source}"', f'id="{source}" default="{name}"')
    return HEAD + text + "\n" + "\n".join(flows) + "</process></definitions>\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
