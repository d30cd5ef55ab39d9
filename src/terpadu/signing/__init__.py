"""Pure: canonical bytes, hashes, trees, notes, seals and their verification. No clock, no input or output."""
