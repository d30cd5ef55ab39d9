"""The command line: arguments only; each command builds the parts from settings and calls one function."""
