"""How the chat is coloured: dark, and light."""

from textual.theme import Theme

DARK = Theme(
    name="chat-dark", dark=True, primary="#7aa2f7", secondary="#bb9af7", accent="#7dcfff", success="#9ece6a",
    warning="#e0af68", error="#f7768e", foreground="#cdd3ee", background="#14161f", surface="#191c27", panel="#222634",
)  # fmt: skip

LIGHT = Theme(
    name="chat-light", dark=False, primary="#3760bf", secondary="#7847bd", accent="#007197", success="#4d7a1e",
    warning="#9a5b00", error="#c64343", foreground="#2c3350", background="#fcfcfe", surface="#f3f4f9", panel="#e4e7f1",
)  # fmt: skip
