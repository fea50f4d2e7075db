"""How a Board looks: panes, the live table, trend lines, the session ribbon. No I/O, no arithmetic."""
