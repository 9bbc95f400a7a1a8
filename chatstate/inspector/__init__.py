"""The time machine on a terminal: ``chatstate inspect``. It needs Textual, which the extra ``tui`` brings."""
