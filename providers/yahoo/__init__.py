"""Yahoo Finance: quotes, daily closes, exchange rates and forward earnings, keyless."""

from providers.yahoo.provider import Yahoo

__all__ = ["Yahoo"]
