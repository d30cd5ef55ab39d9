"""Sign-on, passkeys, mandates (who may act for whom and for which office), consent, who looked at my data."""
