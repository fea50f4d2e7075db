"""Measures the budgets of the product beside a bare Textual app on the same machine: `python -m bench`."""
