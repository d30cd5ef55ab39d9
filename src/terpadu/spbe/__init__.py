"""The maturity of digital government: instruments as data, scores, what-if, and checks of published results.

`score.py` tells how an index comes about; everything else stands around it. Source: PermenPANRB 59/2020 and its successor.
"""
