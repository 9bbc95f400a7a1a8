"""The edges: what comes in from elsewhere, and what goes out."""
