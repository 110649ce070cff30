"""Python source by its syntax tree: what its names and calls say without running any of it."""
