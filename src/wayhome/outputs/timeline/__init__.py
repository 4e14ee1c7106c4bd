"""The public timeline of a process: who said what when, in their own words, with nothing that was not published."""
