"""结算: what does each fund pay for this visit, and do institution and office agree on the month? Articles 30–44.

Models: ``Policy``, ``IncomingMessage``, ``Settlement`` with its ``ChargeLine`` and ``SettlementSteps``, ``YearAmounts``,
``Statement`` with its ``StatementLine``. Invariants: the parts of every amount add up; a settlement is never changed,
a mistake is reversed by a new row; a settlement knows its period from the start; a statement line is the sum of its
settlements; an agreed statement does not change. Neighbours: filings below (is the visit covered?), clearing above
(which reads agreed statement lines).
"""
