"""Names under which companies stand in records of capital expenditure: one spelling, whatever the source."""

from __future__ import annotations

from typing import Literal

from providers.universe import Issuer

# Issuer's name → the one of its capex in the reference tables, where that is another.
_SHORT = {"Alibaba Group": "Alibaba", "Meta Platforms": "Meta", "Tencent Holdings": "Tencent"}


def company_name(issuer: Issuer) -> str:
    """Return the one spelling of a company's name."""
    return _SHORT.get(issuer.name, issuer.name)


def capex_region(issuer: Issuer) -> Literal["CN", "US"] | None:
    """Return the side of the capex comparison that an issuer stands on, `None` for neither."""
    match issuer.region:
        case "CN":
            return "CN"
        case "US":
            return "US"
        case _:
            return None
