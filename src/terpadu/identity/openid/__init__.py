"""OpenID Connect provider: other offices' applications let a person sign on here, and learn a name of their own for them."""
