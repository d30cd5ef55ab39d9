"""A lost phone never locks a person out: two officials, a waiting time, letters to every known address, then a new passkey."""
