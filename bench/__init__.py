"""The comparison with what people would use instead, in one run: `python -m bench`."""
