"""Which area do these words mean? Names in any language and script against free text, with reasons. No Django, no network."""
