"""Scenarios, runs of the planning engine, the approved plan. The software plans; it moves nobody."""
