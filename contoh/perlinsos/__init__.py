"""Stand-in for the social aid decision (Perlinsos): cross-checked, with reasons, open to objection."""
