"""What is the same everywhere and published: regions, pooling areas, the agency tree, categories of expense, diseases.

Each table is a file beside its reader or is derived from one; each row names its source. Nothing here knows the
database: ``load_reference`` writes the rows, and loading them again changes nothing.
"""
