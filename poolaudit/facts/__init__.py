"""What is true of servers and pools: frozen data, no clock, no I/O."""
