"""Stand-in for BPJS Ketenagakerjaan: is a wage above a bound?"""
