"""Stand-in for BKN's SIASN: civil servants' files behind a gateway that wants two tokens."""
