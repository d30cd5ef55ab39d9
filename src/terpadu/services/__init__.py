"""The catalogue: services put together from what agencies already know."""
