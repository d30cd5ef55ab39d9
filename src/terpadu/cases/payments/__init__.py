"""What a case costs: the bill of Kemenkeu's SIMPONI, the push that says it was paid, the receipt (PP 58/2020 on PNBP)."""
