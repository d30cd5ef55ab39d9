"""How long scores take: a nation's five years, and a million random assessments, on one core."""
