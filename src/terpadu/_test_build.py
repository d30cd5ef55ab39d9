"""Its presence makes a test build: crash points and weakened checks obey the environment. The wheel leaves it out."""
