"""Several small stand-ins in one process, each under its name: what two cores bear better than a process each."""
