"""Writing many rows at once, past the per-row cost of the ORM: COPY into PostgreSQL, executemany into SQLite."""
