"""The second verifier: `python verify.py FILE ROOT`. Exit status: 0 proven, 1 not proven, 2 wrong usage or unreadable.

FILE is one text, `terpadu.evidence/1`; ROOT the trust anchors, a TUF root.json or plain lines, believed as given. No network,
no clock, no other part of Terpadu. Begin at `verify`: forms of all lines above, nine checks, tools and sentences below."""
# fmt: off

import json
import re
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from traceback import extract_tb
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256

# The forms that sections must fit to the last character; <WORD> is a form above; (?:…)? may lack; base64 has no free bit.
GRAMMAR = r"""
NUMBER   (?:0|[1-9][0-9]{0,15})
NAME     [!-*,-~]+
TEXT     "[ !#-\[\]-\x7f]+"
BASE     (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?
HASH     [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=
HALF     "[A-Za-z0-9+/]{21}[AQgw]=="
ID       "id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
NODE     [A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){3}
SYSTEM   "[A-Za-z0-9'()+,.=?_-]+(?:/[A-Za-z0-9'()+,.=?_-]+){3}"
SERVICE  "[A-Za-z0-9'()+,.=?_-]+(?:/[A-Za-z0-9'()+,.=?_-]+){4}"
PROOF    (?P<index><NUMBER>)\n(?P<path>(?:<HASH>\n)*)
TREE     (?P<size><NUMBER>)\n(?P<root><HASH>)\n
SIGNED   \n(?P<signatures>(?:— <NAME> <BASE>\n)+)
FRAMES   time (?P<time><NUMBER>)\nframes (?P<size><NUMBER>) (?P<root><HASH>)\njournal (?P=node)/journal/<NUMBER>
TURN     terpadu[.]turn/1\nnode (?P<node><NODE>)\n<FRAMES> <NUMBER> <HASH>\ntrust <NUMBER> <NUMBER> <NUMBER>\n
LEAVES   messages (?P<count><NUMBER>) (?P<place><NUMBER>) (?P<receiver><NODE>)\n(?P<leaves>(?:<HASH>\n)+)
SEAL     ,"v":1})\n==<LEAVES>frame <PROOF>\n(?P<text><TURN>)\n(?P<signatures>— (?P=node) <BASE>\n)
HEAD     (?P<line>(?=.{0,2048}\n){
WHY      (?:"actor":<HALF>,)?"agreement":<TEXT>,(?:"case":<TEXT>,)?(?:"consent":"<HASH>",)?"content":"<HASH>","from":<SYSTEM>,<ID>
HOW      (?:"idem":<HALF>,)?"kind":"request","purpose":<TEXT>,(?:"stream":true,)?"time":<NUMBER>,"to":<SERVICE>
REQUEST  <HEAD><WHY>,<HOW>,"until":<NUMBER><SEAL>
QUERY    <HEAD>"about":"<HASH>","from":<SYSTEM>,<ID>,"kind":"query","time":<NUMBER>,"to":<SERVICE>,"until":<NUMBER><SEAL>
ANSWER   (?:"code":<TEXT>,)?"content":"<HASH>",(?:"first":"<HASH>",)?"for":"<HASH>","from":<SERVICE>,<ID>,"kind":"reply"
GIVEN    (?:"status":[1-5][0-9]{2},)?(?:"stream":true,)?"time":<NUMBER>,"to":<SYSTEM>
REPLY    <HEAD><ANSWER>,"rule":<TEXT>,<GIVEN><SEAL>
STATUS   <HEAD><ANSWER>,"rule":<TEXT>,"state":"(?:done|refused|running|in-doubt|never-arrived)",<GIVEN><SEAL>
END      <HEAD>"content":"<HASH>","for":"<HASH>","from":<TEXT>,<ID>,"kind":"end","size":<NUMBER>,"time":<NUMBER>,"to":<TEXT><SEAL>
TRACE    (?:"local":"<HASH>",)?"n":<NUMBER>,(?:"recovered":true,)?"trust":"<NUMBER> <NUMBER> <NUMBER>","turn":"<HASH>"
RECORD   (?P<line>{"at":<NUMBER>,"dir":"(?:in|out)","frame":"<HASH>","kind":"frame",<TRACE>})\nc2sp[.]org/tlog-proof@v1
JOURNAL  record <RECORD>\nindex <PROOF>\n(?P<text>(?P<origin>(?P<node><NODE>)/journal/<NUMBER>)\n<TREE>)<SIGNED>
SINCE    "for":\[(?:<TEXT>,)*<TEXT>\],"from":<NUMBER>
CURVE    "alg":"ecdsa-p256",<SINCE>,"key":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{85}[AQgw]=="
KIND     (?:<CURVE>|"alg":"ed25519",<SINCE>,"key":"<HASH>"),"kind":"key","name":"<NAME>","until":<NUMBER>
KEY      (?P<line>{<KIND>,"use":"(?:tls|frame|journal|witness|consent)"})\nindex <PROOF>
REGISTRY (?P<text>(?P<origin><NAME>)\n<TREE>)<SIGNED>
CONTENT  (?P<content><BASE>)\n
ANCHORS  (?P<threshold>[1-9][0-9]?)\n(?P<keys>(?:<NAME>[+][0-9a-f]{8}[+][A-Za-z0-9+/]{44}\n)+)witnesses (?P<witnesses><NUMBER>)\n
TRUST    terpadu[.]trust/1\nregistry (?P<origin><NAME>) <ANCHORS>(?P<revoked>(?:revoked <NAME> [0-9a-f]{8} <NUMBER>\n)*)
"""
FORMS: dict[str, str] = {}
for word, form in (row.split(None, 1) for row in GRAMMAR.strip().splitlines()):
    FORMS[word] = re.sub("<([A-Z]+)>", lambda known: FORMS[known[1]], form)

BONDS = (("request-end", "request"), ("reply", "request"), ("reply-end", "reply"), ("query", "request"), ("status", "query"))
NAMES = ["request", *(name for name, _ in BONDS)]
HEADS = [f"{half} {name}" for name in NAMES for half in ("head", "seal")]
ORDER = [*HEADS, "journal", "key", "registry", "content request", "content reply"]
Signer = tuple[str, str]  # the name on a signature line, and the key id in hexadecimal

class Shown(NamedTuple):  # a section as read: its JSON line, that line's hash, all its lines by name, the signatures under it
    json: dict[str, Any]
    leaf: str
    lines: dict[str, str]
    signatures: dict[Signer, bytes]
Messages = dict[str, Shown]
Keys = dict[Signer, Shown]
Seen = list[tuple[Shown, int | None]]  # each record, and by witnesses "not later than", in Unix seconds
Entry = dict[str, Any]  # of a key: what it may do stands in the registry, never in a message
Trust = tuple[dict[str, str], dict[Signer, Entry], dict[Signer, int]]  # ROOT: its lines, its offline keys, who is revoked

def verify(text: str, trust: Trust) -> list[str]:
    """The story: nine checks in their order, then sentences. A ValueError is a failed check, and says why."""
    anchors, offline, revoked = trust
    messages, records, keys, registry, contents = check_1_form(text)
    check_2_registry(registry, anchors, offline)
    check_3_keys(keys, registry, offline)
    check_4_seals(messages, keys)
    check_5_binding(messages)
    check_6_records(records, messages, keys)
    seen = check_7_witnesses(records, keys, int(anchors["witnesses"]), revoked)
    check_8_revocations(messages, seen, keys, revoked)
    check_9_contents(contents, messages)
    return tell(messages, seen, contents)

def check_1_form(text: str) -> tuple[Messages, list[Shown], Keys, Shown, Messages]:
    """Known sections, none twice; every line canonical; the keys shown are exactly those that signed."""
    title, *parts = re.split("(?m)^== (.*)\n", text)
    need(title == "terpadu.evidence/1\n", "the file does not begin with the line terpadu.evidence/1")
    order, found = parts[::2], {name: list[str]() for name in ORDER}
    need({*order} <= {*ORDER} and order == sorted(order, key=ORDER.index), "a section is unknown, or not in its place")
    for name, body in zip(order, parts[1::2], strict=True):
        need(not found[name] or (name in ("journal", "key") and body not in found[name]), f"the section {name} stands twice")
        found[name].append(body)
    heads = {name: "==".join(found[f"head {name}"] + found[f"seal {name}"]) for name in NAMES}
    messages = {name: show(name, name.split("-")[-1], body, "terpadu.head/1\n") for name, body in heads.items() if body}
    records, entries = ([show(name, name, body) for body in found[name]] for name in ("journal", "key"))
    signers = {signer for shown in (*messages.values(), *records) for signer in shown.signatures}
    keys = {(entry.json["name"], key_id(entry.json)): entry for entry in entries}
    need(all(m.json.get("until", 0) <= m.json["time"] + 600_000 for m in messages.values()), "a deadline is too far away")
    placed = sorted(entries, key=lambda entry: int(entry.lines["index"]))
    need(signers == keys.keys() and [*keys.values()] == placed, "the keys shown are not those that signed, in their order")
    contents = {name: show(name, "content", body) for name in ("request", "reply") for body in found[f"content {name}"]}
    return messages, records, keys, show("registry", "registry", "".join(found["registry"])), contents

def check_2_registry(registry: Shown, anchors: dict[str, str], offline: dict[Signer, Entry]) -> None:
    """The registry's checkpoint stands under the threshold of distinct trusted keys."""
    need(registry.lines["origin"] == anchors["origin"], f"ROOT does not trust a registry {registry.lines['origin']}")
    for signer, signature in registry.signatures.items():
        need(signer in offline, f"{signer[0]} signed the registry with a key that ROOT does not trust")
        check_signature(offline[signer], "registry", 0, registry.lines["text"], signature)
    distinct = len({offline[signer]["key"] for signer in registry.signatures})
    need(distinct >= int(anchors["threshold"]), f"only {distinct} of the keys in ROOT signed the registry")

def check_3_keys(keys: Keys, registry: Shown, offline: dict[Signer, Entry]) -> None:
    """Every key entry is in the registry; no public key has two uses, the registry's own keys included."""
    public = [key.json["key"] for key in keys.values()] + list({key["key"] for key in offline.values()})
    need(len(set(public)) == len(public), "one public key has two uses")
    for (name, _), key in keys.items():
        check_path(key.leaf, key.lines, registry.lines, f"the key of {name} is not in the registry")

def check_4_seals(messages: Messages, keys: Keys) -> None:
    """Head in frame, frame in turn, turn signed by a `frame` key valid then that speaks for `from`."""
    for name, message in messages.items():
        lines, leaves, place = message.lines, message.lines["leaves"].split(), int(message.lines["place"])
        need([message.leaf] == leaves[place:][:1] and int(lines["count"]) == len(leaves) <= 128, f"no {name} is in this frame")
        check_path(lines["frame"], lines, lines, f"the frame of the {name} is not in its turn")
        for signer, signature in message.signatures.items():
            check_signature(keys[signer].json, "frame", int(lines["time"]), lines["text"], signature)
            need(member(message.json["from"]) in keys[signer].json["for"], f"{signer[0]} does not speak for the {name}'s sender")

def check_5_binding(messages: Messages) -> None:
    """Every answer is for what was asked, between the same two nodes; every stream has its last end."""
    need({"request", "query"} & messages.keys(), "nobody asks anything in this file")
    for name, owner in BONDS:
        if name in messages and (owner in messages or name != "query"):
            need(owner in messages, f"the {name} stands without its {owner}")
            later, earlier, word = messages[name], messages[owner], "about" if name == "query" else "for"
            ends = [[m.lines["node"], m.json["from"], m.json["to"], m.lines["receiver"]] for m in (later, earlier)]
            need(later.json[word] == earlier.leaf, f"the {name} is for another message")
            need(ends[0] == ends[1][:: -1 if later.json["kind"] == "reply" else 1], f"the {name} has other ends")
            need(name == "query" or later.json["id"] == earlier.json["id"], f"the {name} repeats another id")
            need(later.json["time"] >= earlier.json["time"] - 60_000, f"the {name} is older than what it is for")
    streams = {f"{name}-end" for name, message in messages.items() if "stream" in message.json}
    need(streams == {name for name in messages if name.endswith("-end")}, "a stream lacks its end, or an end its stream")

def check_6_records(records: list[Shown], messages: Messages, keys: Keys) -> None:
    """A record names a frame and turn shown here, in the right journal and direction, included, the log signed."""
    for record in records:
        lines, said, origin = record.lines, record.json, record.lines["origin"]
        named = [message.lines for message in messages.values() if names(record, message)]
        need(named, f"a record of {origin} names no frame and turn of this file")
        right = (named[0]["receiver" if said["dir"] == "in" else "node"], int(named[0]["count"]))
        need((lines["node"], said["n"]) == right, f"a record of {right[0]}, {right[1]} messages, can not stand so in {origin}")
        check_path(record.leaf, lines, lines, f"a record is not in {origin}")
        own = [(keys[signer].json, signature) for signer, signature in record.signatures.items() if signer[0] == origin]
        need(own, f"the checkpoint of {origin} lacks its own signature")
        for key, signature in own:  # the checkpoint may be younger than the record, and so may its key
            check_signature(key, "journal", max(said["at"], key["from"]), lines["text"], signature)

def check_7_witnesses(records: list[Shown], keys: Keys, needed: int, revoked: dict[Signer, int]) -> Seen:
    """Cosignatures are good. By record, "not later than": the n-th earliest of other members, one a member."""
    seen: Seen = []
    for record in records:
        origin, seconds = record.lines["origin"], dict[str, int]()
        for signer, stamped in record.signatures.items():
            if signer[0] != origin:
                second = int.from_bytes(stamped[:8])
                text = f"cosignature/v1\ntime {second}\n{record.lines['text']}"
                check_signature(keys[signer].json, "witness", second * 1000, text, stamped[8:])
                if member(signer[0]) != member(origin) and signer not in revoked:
                    seconds[member(signer[0])] = min(second, seconds.get(member(signer[0]), second))
        seen.append((record, sorted(seconds.values())[needed - 1] if 0 < needed <= len(seconds) else None))
    return seen

def check_8_revocations(messages: Messages, seen: Seen, keys: Keys, revoked: dict[Signer, int]) -> None:
    """What a revoked key signed counts only if witnesses saw it before the revocation."""
    for shown in (*messages.values(), *(record for record, _ in seen)):
        times = [time for record, time in seen if record is shown or names(record, shown)]
        for signer in [signer for signer in shown.signatures if signer in revoked and keys[signer].json["use"] != "witness"]:
            need(any(time and time < revoked[signer] for time in times), f"the key of {signer[0]} was revoked, unseen before")

def check_9_contents(contents: Messages, messages: Messages) -> None:
    """Content, if shown, is what its head committed to."""
    for name, shown in contents.items():
        need(name in messages, f"the content of a {name} is shown, but no {name}")
        tag, content = f"terpadu.content/1\n{name} {messages[name].json['id']}\n", b64decode(shown.lines["content"])
        need(digest(tag, content) == messages[name].json["content"], f"the content shown is not that of the {name}")

def need(holds: object, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)
def digest(*parts: str | bytes) -> str:
    return b64encode(sha256(b"".join(p.encode() if isinstance(p, str) else p for p in parts)).digest()).decode()
def member(name: str) -> str:
    return "/".join(name.split("/")[:3])
def names(record: Shown, message: Shown) -> bool:
    return all(record.json[hashed] == message.lines.get(hashed) for hashed in ("frame", "turn"))
def utc(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} UTC"
def key_id(key: Entry) -> str:
    tag = "" if key["alg"] == "ecdsa-p256" else key["name"] + ("\n\4" if key["use"] == "witness" else "\n\1")
    return b64decode(digest(tag, b64decode(key["key"])))[:4].hex()

def show(what: str, form: str, body: str, tag: str = "\0") -> Shown:
    """The section, which must have this form, and the hash of its JSON line under this tag."""
    lines: dict[str, str] = match.groupdict() if (match := re.fullmatch(FORMS[form.upper()], body)) else {}
    need(lines, f"the section {what} does not have its form")
    said, signed = json.loads(lines.get("line", "{}")), dict[Signer, bytes]()
    need(all(number < 2**53 for number in said.values() if isinstance(number, int)), "a number is too large")
    for _, name, blob in (line.split(" ") for line in lines.get("signatures", "").splitlines()):
        need((name, b64decode(blob)[:4].hex()) not in signed, f"{name} signed twice with one key")
        signed[name, b64decode(blob)[:4].hex()] = b64decode(blob)[4:]
    if "leaves" in lines:
        start = "\0terpadu.frame/1\nfrom {node}\nto {receiver}\nmessages {count}\n".format_map(lines)
        lines |= {"frame": digest(start, *map(b64decode, lines["leaves"].split())), "turn": digest(lines["text"])}
    return Shown(said, digest(tag, lines.get("line", "")), lines, signed)

def check_path(leaf: str, proof: dict[str, str], tree: dict[str, str], sentence: str) -> None:
    """RFC 6962, 2.1.1: the last hash of the path is the other half of the tree, and so on down to the leaf."""
    index, size, path, turnings = int(proof["index"]), int(tree["size"]), proof["path"].split(), list[bool]()
    while size > 1:
        half = 1 << ((size - 1).bit_length() - 1)  # the largest power of two below size
        turnings.insert(0, index >= half)
        index, size = (index - half, size - half) if index >= half else (index, half)
    for right, other in zip(turnings, path, strict=False):
        leaf = digest("\1", *map(b64decode, (other, leaf) if right else (leaf, other)))
    need((index, size, len(path), leaf) == (0, 1, len(turnings), tree["root"]), sentence)

def check_signature(key: Entry, use: str, time: int, text: str, signature: bytes) -> None:
    """The key is for this use, valid at this time, and made this signature, under the algorithm of its entry."""
    need(key["use"] == use and (use == "frame" or key["alg"] == "ed25519"), f"the key of {key['name']} is not for {use} notes")
    need(key["from"] <= time < key["until"], f"the key of {key['name']} was not valid then")
    public, signed = b64decode(key["key"]), text.encode()
    try:
        if key["alg"] == "ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
        else:  # 26 bytes of SPKI stand before the point
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public[26:])
            point.verify(signature, signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise ValueError(f"a signature of {key['name']} is wrong") from None

def read_trust(text: str) -> Trust:
    listed = json.loads(text)["signed"]["x-terpadu-evidence"] if text[:1] == "{" else text.removesuffix("\n").split("\n")
    anchors, offline = show("trust", "trust", "".join(f"{line}\n" for line in listed)).lines, dict[Signer, Entry]()
    for name, number, blob in (line.split("+", 2) for line in anchors["keys"].splitlines()):
        key = {"alg": "ed25519", "from": 0, "key": b64encode(b64decode(blob)[1:]).decode(), "name": name, "until": 1}
        offline[name, number] = key | {"use": "registry"}
        need(b64decode(blob)[0] == 1 and key_id(offline[name, number]) == number, f"the key of {name} is not as C2SP writes it")
    revoked = sorted((line.split(" ")[1:] for line in anchors["revoked"].splitlines()), key=lambda line: -int(line[2]))
    return anchors, offline, {(name, number): int(second) for name, number, second in revoked}

SAYS = {
    "request": "{from} asked {to} for the purpose {purpose}, agreement {agreement}, case {case}: request {id}",
    "reply": "{from} replied (refused: {code}; HTTP status: {status}; rule: {rule})",
    "query": "{from} asked {to} what became of the request with the leaf {about}",
    "status": "{from} told {to} what became of it: {state} (rule: {rule})",
}
def tell(messages: Messages, seen: Seen, contents: Messages) -> list[str]:
    proven, open_ends = ["PROVEN"], ["NOT PROVEN by this file", "- that what was said is true; that nothing else was said"]
    for name, message in messages.items():
        lines, said = message.lines, {"case": "none", "status": "none", "code": "no"} | message.json
        proven.append("- " + SAYS.get(name, "{from} sent the whole body, {size} bytes").format_map(said))
        proven.append(f"  signed by node {lines['node']} for {lines['receiver']}, by its clock {utc(int(lines['time']) // 1000)}")
        named = {record.lines["node"]: time for record, time in seen if names(record, message)}
        proven += [f"  recorded by {node}, {f'not later than {utc(t)}' if t else 'unwitnessed'}" for node, t in named.items()]
        open_ends += [f"- that {node} recorded the {name}" for node in sorted({lines["node"], lines["receiver"]} - named.keys())]
        open_ends += [f"- when the {name} was made, but by its signer's clock: no witnessed record"] * (not any(named.values()))
        told = f"- what the {name} says, and about whom: {'the' if name in contents else 'no'} content is shown"
        (proven if name in contents else open_ends).extend([told] * ("content" in said))
    return proven + open_ends + ["- that no later thief of the keys made all this: no witnesses"] * (not any(t for _, t in seen))

def main(arguments: list[str]) -> int:
    try:
        file, root = (Path(argument).read_bytes().decode(errors="replace") for argument in arguments)
        trust = read_trust(root)
    except (OSError, ValueError, LookupError, TypeError) as error:
        print(f"usage: python verify.py FILE ROOT; this can not be read: {error}", file=sys.stderr)
        return 2
    try:
        print(*verify(file, trust), sep="\n")
        return 0
    except ValueError as error:
        print(f"NOT PROVEN: {extract_tb(error.__traceback__)[2].name} failed: {error}.")
        return 1

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
