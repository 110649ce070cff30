"""Reads servers: the only part that speaks to MySQL."""
