"""FHIR R4 over REST, with what SATUSEHAT adds: the same walk as `rest`, its own way of saying no."""

from __future__ import annotations

from terpadu.connectors.connector import Connector
from terpadu.connectors.description import Description, Source
from terpadu.connectors.fhir_errors import refusal
from terpadu.connectors.rest import RestConnector
from terpadu.connectors.rest_description import FhirDescription
from terpadu.connectors.rest_house import Dialect

DESCRIPTION: type[Description] = FhirDescription
FHIR = Dialect(b"application/fhir+json, application/json;q=0.9", refusal)


def make(source: Source) -> Connector:
    """A connector of kind `fhir`. Raises BadInput."""
    return RestConnector(source, source.description.fhir, FHIR)
