"""Gates of the invented valley."""
