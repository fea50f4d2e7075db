"""Capital expenditure of one issuer, quarter by quarter, with every value that it has had."""

from __future__ import annotations

import datetime as dt

from providers.companies import capex_region, company_name
from providers.records import CapexFact
from providers.sec.concepts import capex_concepts, capex_definition
from providers.sec.facts import Facts
from providers.sec.quarters import Period, vintages
from providers.universe import Issuer

# The comparison of capital expenditure begins in 2023; the year before gives it a start.
FIRST_DAY = dt.date(2022, 1, 1)


def capex(issuer: Issuer, cik: int, facts: Facts) -> list[CapexFact]:
    """Return the quarters of an issuer of China or the US, in the currency of its accounts.

    Known on the day of the filing that first stated the value; a later correction is a fact of its own.
    """
    region = capex_region(issuer)
    if region is None:
        return []
    chosen: dict[Period, str] = {}
    found = []
    for concept in capex_concepts(cik):
        for flow in vintages(facts.get(concept, {}).get(issuer.reporting_currency, ())):
            start, end = flow.period
            if end < FIRST_DAY or chosen.setdefault(flow.period, concept) != concept:
                continue
            found.append(
                CapexFact(
                    source="sec",
                    company=company_name(issuer),
                    region=region,
                    start=start,
                    end=end,
                    amount=flow.amount,
                    currency=issuer.reporting_currency,
                    kind="actual",
                    known_on=flow.known_on,
                    definition=capex_definition(cik, concept),
                    confidence="high",
                    note=f"EDGAR filing {flow.accession}" if flow.accession else None,
                )
            )
    return found
