"""Pages of the applicant (mine) and of officers (office)."""
