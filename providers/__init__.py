"""Where numbers come from: one module per source, each turning answers into dated records."""
