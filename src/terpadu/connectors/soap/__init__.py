"""SOAP 1.1 services, asked as their WSDL promises and checked against it in both directions.

`DESCRIPTION` is the form of a `connector.toml` of kind `soap`; an answer's expressions see the reply's body as JSON.
"""

from terpadu.connectors.soap.connector import DESCRIPTION, SoapConnector, make

__all__ = ["DESCRIPTION", "SoapConnector", "make"]
