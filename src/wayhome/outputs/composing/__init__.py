"""From asks to the draft of a letter: what stands on file, the words for it, the enclosed table."""
