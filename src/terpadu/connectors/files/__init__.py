"""CSV batches over SFTP, in both directions: a verdict for every row, nothing sent twice, nothing lost.

`DESCRIPTION` is the form of a `connector.toml` of kind `files`. Three modes of a service: `batch` (a CSV body,
answered by its verdicts or a ticket), `ticket` (the verdicts of a batch, asked later), `asked` (one question, one row).
"""

from terpadu.connectors.files.connector import FilesConnector, make
from terpadu.connectors.files.description import DESCRIPTION

__all__ = ["DESCRIPTION", "FilesConnector", "make"]
