"""Once-only: which fact, who is its authority, how it is asked, where it came from."""
