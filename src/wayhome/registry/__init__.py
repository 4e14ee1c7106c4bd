"""The registry: persons, households, places of origin, intentions, consent, claims, and judgements on duplicates."""
