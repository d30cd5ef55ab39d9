"""Overlap: which applications that exist are like the proposed one."""
