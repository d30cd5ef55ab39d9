"""A citizen's application across agencies: process, tasks, messages, documents."""
