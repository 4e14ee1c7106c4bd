"""Word tables of the dialogue room, as data: one row a form, languages side by side."""
