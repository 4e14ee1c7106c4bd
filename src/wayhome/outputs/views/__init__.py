"""Pages of the outputs room."""
