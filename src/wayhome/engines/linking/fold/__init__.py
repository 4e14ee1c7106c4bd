"""Names in any script to sounds: one romanisation, three skeletons, so that two spellings of one name meet."""
