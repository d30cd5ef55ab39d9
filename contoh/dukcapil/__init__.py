"""Stand-in for Dukcapil's web service (Kemendagri): the population register asked by element."""
