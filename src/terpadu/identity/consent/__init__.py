"""Consent: asked with the seven statements of UU PDP article 21, signed, shown, taken back with one click."""
