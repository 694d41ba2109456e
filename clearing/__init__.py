"""清算: what do the provinces owe one another, and is it confirmed and noticed? Articles 45–51.

Models: ``Sheet`` with its ``SheetRow``, ``ProvinceSheet``, ``Notice`` with its ``NoticeLine``. Invariants: national
payable = national receivable to the fen; every row is the sum of its statement lines; rows never change; each row
stands on one payment notice and one receipt notice at most. Neighbours: settlement below.
"""
