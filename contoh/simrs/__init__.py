"""A stand-in for a hospital's own system (SIMRS): no interface at all, only its SQL database. See README.md."""
