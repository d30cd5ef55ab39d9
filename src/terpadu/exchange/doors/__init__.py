"""Dialects at the edge: each turns bytes into one request and a result into bytes."""
