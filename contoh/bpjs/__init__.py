"""Stand-in for BPJS Kesehatan: who is a member of the health insurance (JKN), in which class, and what changes that."""
