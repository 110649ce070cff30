"""Tests of programs that are followed to their forks."""
