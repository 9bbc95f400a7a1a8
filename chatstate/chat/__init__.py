"""The chat on a terminal. What it shows are selectors; the screen keeps no state of the chat."""
