"""What the records mean: pure functions from a Market to a Board. No I/O, no clock."""
