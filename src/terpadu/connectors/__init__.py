"""To systems that exist: each connector only asks, none decides.

`loading.load` reads a `connector.toml` for each system; `Connectors.ask` takes an admitted request, asks the system in
its own way and lets through only the fields that the agreement names.
"""
