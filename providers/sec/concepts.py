"""Which concept of which taxonomy holds a company's capital expenditure, and what it counts.

Companies choose between two standard concepts and have changed from one to the other. Each quarter is derived
within one concept; where both give it, the one that stands first counts. Concepts of a company's own
(Alibaba's since its fiscal year 2021) are not among EDGAR's company facts.
"""

from __future__ import annotations

PLANT = "us-gaap/PaymentsToAcquirePropertyPlantAndEquipment"
PRODUCTIVE = "us-gaap/PaymentsToAcquireProductiveAssets"
COVER_SHARES = "dei/EntityCommonStockSharesOutstanding"
BALANCE_SHARES = "us-gaap/CommonStockSharesOutstanding"

CONCEPTS = (PLANT, PRODUCTIVE, COVER_SHARES, BALANCE_SHARES)

# CIK → concepts in order of preference, where that is not plant first.
_PREFERRED = {
    1018724: (PRODUCTIVE, PLANT),  # Amazon, since December 2016
    1045810: (PRODUCTIVE, PLANT),  # NVIDIA, since its fiscal year 2020
}

_DEFINITIONS = {
    PLANT: "cash purchases of property and equipment, without finance leases",
    PRODUCTIVE: "cash purchases of property, equipment and other productive assets, without finance leases",
}
# CIK → words of the reference tables for the same figure.
_WORDED = {
    1018724: "cash purchases of property and equipment, gross of incentives and sale proceeds, "
    "without finance leases"
}  # fmt: skip


def capex_concepts(cik: int) -> tuple[str, ...]:
    """Return the concepts of a company's capital expenditure, the preferred first."""
    return _PREFERRED.get(cik, (PLANT, PRODUCTIVE))


def capex_definition(cik: int, concept: str) -> str:
    """Return in words what a concept counts at a company."""
    return _WORDED.get(cik, _DEFINITIONS[concept])
