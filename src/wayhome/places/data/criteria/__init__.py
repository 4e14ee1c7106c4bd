"""Criteria as they ship: standards, their rules, the answers rules allow, kinds of gates."""
