"""Stand-in for a region's school admission (SPMB): enrolment, ranking, re-registration."""
