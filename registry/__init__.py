"""Who and where: regions, pooling areas, offices, staff, institutions, insured persons, fiscal accounts, working days.

Articles 4 (offices), 7 and 11 (areas), 15 (networked institutions), 28 (fiscal accounts). An insured person has one
enrolment in force per insurance; an institution's services and agreement are dated; every date is inclusive.
"""
