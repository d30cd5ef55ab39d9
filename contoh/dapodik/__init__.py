"""Stand-in for the Dapodik web service: a school's own machine, asked with a bearer token."""
