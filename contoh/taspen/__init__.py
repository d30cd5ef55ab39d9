"""Stand-in for Taspen: pensions of civil servants, and what follows a pensioner's death."""
