"""Measures poolaudit against a bare PyMySQL script, and writes docs/performance.md: `make bench`."""
