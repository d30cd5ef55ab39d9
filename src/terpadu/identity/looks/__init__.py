"""Who looked at my data: told by the nodes of the offices that hold them, from their own journals."""
