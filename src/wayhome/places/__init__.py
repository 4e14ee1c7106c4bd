"""Places: areas and their names, gazetteers brought in, and which area the words people wrote mean."""
