"""What a service takes and gives, read from the description that its owner uploads. No other room's reader is used: those
of the connectors belong to a node, and rooms reach agencies only through one (docs/decisions). An address is never fetched.
"""
