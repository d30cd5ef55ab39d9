"""What officials with an identity mandate do at the counter; each act by a fresh passkey, each recorded."""
