"""Stand-in for SIMKAH (Kemenag): the marriages that the offices for religious affairs (KUA) recorded."""
