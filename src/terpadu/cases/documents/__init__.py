"""Papers that a case ends in: drawn, signed, given to the person, and checkable by anybody who holds one."""
