"""Keeps records fresh and remembers them: clock, sessions, poller, store."""
