"""Screens: the monitor, and what opens over it."""
