"""The only part of the registry that calls engines: rows -> plain data -> engine -> plain result."""
