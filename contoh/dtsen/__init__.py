"""A stand-in for DTSEN/SIKS-NG (Kemensos): CSV batches over SFTP, a verdict for every row. See README.md."""
