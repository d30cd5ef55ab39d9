"""Stand-in for Kemenkeu's SIMPONI: bills for non-tax revenue, their payment, and the push that tells the agency."""
