"""Settings of a node: one TOML file and the environment, read here and passed on as frozen values.

Only `cli` reads them. Unknown keys are errors; a setting that is absent has a default that works.
"""
