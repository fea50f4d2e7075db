"""SEC EDGAR: capital expenditure and share counts from the company facts of annual and quarterly reports."""

from providers.sec.provider import Sec

__all__ = ["Sec"]
