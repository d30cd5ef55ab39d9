"""The evidence: append-only, provable, durable before anyone is told "done" (protocol section 6)."""
