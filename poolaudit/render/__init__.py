"""Turns a report into text: a view that says it once, and one module a format."""
