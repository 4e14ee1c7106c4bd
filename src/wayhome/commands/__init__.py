"""The commands of `wayhome`, a module each, imported only when called."""
