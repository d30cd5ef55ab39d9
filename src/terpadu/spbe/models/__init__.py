"""What was published: instansi, decrees, results."""

from terpadu.spbe.models.result import Decree, Instansi, Result

__all__ = ["Decree", "Instansi", "Result"]
