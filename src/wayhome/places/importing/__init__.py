"""Gazetteer files of several habits, read into the same plain records; every fault named by file, row, field and remedy."""
