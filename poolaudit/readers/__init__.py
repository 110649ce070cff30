"""Reads applications' files into pools, each setting with its line."""
