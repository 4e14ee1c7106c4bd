"""Engines: pure Python, data in, data out; they import neither Django nor the web apps nor each other."""
