"""What is kept of a case. Personal data lie sealed; the state says whose turn it is."""

from terpadu.cases.models.case import Case, ProcessFile
from terpadu.cases.models.deciding import Decision, Objection
from terpadu.cases.models.telling import Event, Message, Notice, Seen
from terpadu.cases.models.work import Act, Task

__all__ = ["Act", "Case", "Decision", "Event", "Message", "Notice", "Objection", "ProcessFile", "Seen", "Task"]
