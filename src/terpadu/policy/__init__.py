"""May this be done? Pure: proven facts and the rights in force give a decision that names its rule."""
