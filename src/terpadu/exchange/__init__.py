"""The node: one message's walk from an agency's system to another's."""
