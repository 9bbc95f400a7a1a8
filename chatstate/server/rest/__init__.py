"""The REST calls, one function each: a ``Call`` in, the answer out."""
