"""Working days and time zones: how a term in days becomes the moment at which it ends."""
