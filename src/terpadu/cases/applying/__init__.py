"""Applying: a draft, prefilled from the offices that know, until it is sent."""
