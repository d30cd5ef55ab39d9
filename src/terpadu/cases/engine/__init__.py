"""A service's process: BPMN as a file, conditions in CEL, never a program from a file."""
