"""The portal under people: pages that ask no agency, and the prefilled form beside its slowest authority."""
