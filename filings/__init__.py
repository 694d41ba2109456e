"""备案: may this person be treated away from home? Articles 7–14.

Model: ``Filing``. Invariants: an accepted filing has its materials or a promise; it leads to another province; two
filings in force never cover the same place; every change is in the history. Neighbours: registry (who and where)
below, settlement (which asks ``rules.covers``) above.
"""
