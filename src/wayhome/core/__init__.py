"""Base of the web apps: errors, audit, files, paging, measures. No domain words here."""
