"""The registry at a nation's size."""
