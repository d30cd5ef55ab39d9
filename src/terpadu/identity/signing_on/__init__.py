"""Signing on: passkeys first, a code by e-mail with a second factor beside them; no passwords."""
