"""Tests of the program: command line, configuration, app and screens."""
