"""The only package that calls the planning engine: records to an instance, a result back to records."""
