"""Told to whoever waits for a person's yes; rooms above listen."""

from django.dispatch import Signal

given = Signal()
"""A receipt was signed: `sender` is the class `Consent`, `consent` the row. Sent inside the transaction that writes it."""
