"""The way INTO a FHIR server (SATUSEHAT): rows of a hospital's database become resources, once each, and none is lost.

    rows changed since the watermark -> declared mapping -> transaction Bundle -> `send` -> what became of each row

`feed.Feed.run` is the walk, `ledger` what it remembers. `send` goes through a node (`terpadu.exchange.client`), so that
every Bundle is an exchange like any other: decided, signed and recorded.
"""
