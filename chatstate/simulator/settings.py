"""What each type of channel allows: the ``config`` and the capabilities that its payloads carry."""

from typing import Any

Settings = dict[str, Any]

_SWITCHES = (
    "typing_events", "read_events", "connect_events", "delivery_events", "search", "reactions", "replies", "quotes",
    "mutes", "uploads", "url_enrichment", "custom_events", "push_notifications", "reminders", "polls",
    "user_message_reminders", "shared_locations", "count_messages",
)  # fmt: skip

_THRESHOLD = {"flag": 0.8, "block": 0.95}

_COMMANDS = [
    {"name": "giphy", "description": "Post a moving picture", "args": "[text]", "set": "fun_set"},
    {"name": "mute", "description": "Mute a user", "args": "[@username]", "set": "moderation_set"},
]


def _config(name: str, **more: Any) -> Settings:
    switches = dict.fromkeys(_SWITCHES, True)
    limits: Settings = {
        "mark_messages_pending": False,
        "skip_last_msg_update_for_system_msgs": False,
        "message_retention": "infinite",
        "max_message_length": 5000,
        "automod": "disabled",
        "automod_behavior": "flag",
        "automod_thresholds": {"explicit": _THRESHOLD, "spam": _THRESHOLD, "toxic": _THRESHOLD},
        "blocklist_behavior": "flag",
        "commands": _COMMANDS,
    }
    dates = {"created_at": "2022-06-01T09:15:00Z", "updated_at": "2024-11-20T16:02:33.5Z"}
    return {"name": name, **dates, **switches, **limits, **more}


CONFIGS: dict[str, Settings] = {
    "messaging": _config("messaging"),
    "team": _config("team", skip_last_msg_update_for_system_msgs=True),
    "commerce": _config("commerce", mark_messages_pending=True),
    "livestream": _config("livestream", read_events=False, delivery_events=False),
}

_CAPABILITIES = (
    "cast-poll-vote", "connect-events", "create-attachment", "delete-own-message", "delivery-events", "flag-message",
    "freeze-channel", "join-channel", "leave-channel", "mute-channel", "pin-message", "query-poll-votes",
    "quote-message", "read-events", "search-messages", "send-custom-events", "send-links", "send-message", "send-poll",
    "send-reaction", "send-reply", "send-typing-events", "set-channel-cooldown", "share-location", "typing-events",
    "update-own-message", "upload-file",
)  # fmt: skip


def reads(type: str) -> bool:
    """Whether a channel of that type keeps who has read how far."""
    return CONFIGS[type]["read_events"] is True


def capabilities(type: str) -> list[str]:
    """What a member may do in a channel of that type."""
    without = () if reads(type) else ("read-events", "delivery-events")
    return [name for name in _CAPABILITIES if name not in without]
