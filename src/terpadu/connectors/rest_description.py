"""What the `connector.toml` of a system over HTTP adds: how to prove oneself, and each service's request."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from terpadu.connectors.description import Asked, Description, Expression, Failures, Part, Template

HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]+$")]
Method = Annotated[str, Meta(pattern=r"^[A-Z]+$")]
Path = Annotated[str, Meta(pattern=r"^(/[!-~]*)?$")]


class Basic(Part, frozen=True, tag_field="kind", tag="basic"):
    """User and password in the Authorization header (RFC 7617); both are local names of secrets."""

    user: str
    password: str


class Bearer(Part, frozen=True, tag_field="kind", tag="bearer"):
    """A token that does not change; `token` is the local name of a secret."""

    token: str
    header: HeaderName = "Authorization"
    scheme: str = "Bearer"


class Fetched(Part, frozen=True, tag_field="kind", tag="fetched"):
    """A token that is asked for: OAuth2 client credentials, a password grant, an RPC's token act.

    The request is a template that sees `secret`; `basic` are two local names of secrets. `value` finds the token in the
    reply, `seconds` its life (a number, also as a string). An empty `header` leaves the token to templates, as
    `token.<name>`.
    """

    address: str
    name: str = "token"
    query: Template = field(default_factory=dict)
    form: Template = field(default_factory=dict)
    body: Template = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    value: Expression = "access_token"
    seconds: Expression = "expires_in"
    failures: Failures = Failures()
    header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*$")] = "Authorization"
    scheme: str = "Bearer"


class Endpoint(Part, frozen=True):
    """A method (or `*`) and a path pattern: `*` within a segment, `**` across, backslash escapes (X-Road's rules)."""

    method: str
    path: str


class Request(Part, frozen=True):
    """The request of a declared question. `{name}` in the path is filled from `parameters`, percent-encoded; `body` is
    sent as JSON, `form` as a form; both see `question`, `secret`, `token`, `key`, `number`, `before`. A name without a
    value refuses; write it with a question mark (`NO_KK?`) where it may be left out."""

    method: Method
    path: Path
    parameters: dict[str, Expression] = field(default_factory=dict)
    query: Template = field(default_factory=dict)
    headers: dict[HeaderName, Expression] = field(default_factory=dict)
    body: Template | UnsetType = UNSET
    form: Template | UnsetType = UNSET


class PassThrough(Part, frozen=True, kw_only=True, tag_field="mode", tag="pass-through"):
    """The caller's own request to an allow-listed endpoint; of the answer only fields are removed."""

    endpoints: tuple[Endpoint, ...]
    failures: Failures = Failures()


class AskedOverHttp(Asked, frozen=True, kw_only=True, tag_field="mode", tag="asked"):
    """A declared question. `before` are asked first, in order; later requests see the replies as `before.<name>`.

    `last_hop_personal` allows a person's number in the address, where the owner's interface demands it; addresses are
    never logged.
    """

    request: Request
    before: dict[str, Request] = field(default_factory=dict)
    last_hop_personal: bool = False


class Http(Part, frozen=True):
    """The system as a whole. `ca` is a file of certificates to trust instead of the machine's, `openapi` a document."""

    auth: tuple[Basic | Bearer | Fetched, ...] = ()
    failures: Failures = Failures()
    openapi: str = ""
    ca: str = ""


class RestDescription(Description, frozen=True, kw_only=True):
    """A `connector.toml` of kind `rest`."""

    service: dict[str, PassThrough | AskedOverHttp]
    rest: Http = Http()


class FhirDescription(Description, frozen=True, kw_only=True):
    """A `connector.toml` of kind `fhir`."""

    service: dict[str, PassThrough | AskedOverHttp]
    fhir: Http = Http()
