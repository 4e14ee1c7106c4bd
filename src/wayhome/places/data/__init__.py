"""Data that ships: the invented Lirva Valley, its areas and outlines (CC0). Its coordinates lie in the open Atlantic."""
