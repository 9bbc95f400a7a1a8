"""What the simulated people are called, and what they talk about."""

from chatstate.simulator.chance import Chance

FIRST = (
    "Ada", "Ben", "Carla", "Dario", "Edda", "Farid", "Greta", "Hugo", "Inez", "Jonas", "Kaya", "Lars", "Mira", "Nils",
    "Olga", "Pia", "Quentin", "Rosa", "Sami", "Thea", "Umar", "Vera", "Wanda", "Xenia", "Yuri", "Zoë", "André",
    "Noémi", "Søren", "Łucja", "Çağla",
)  # fmt: skip

LAST = (
    "Albrecht", "Barnes", "Castellano", "Dvořák", "Engström", "Fujimoto", "Guerra", "Haddad", "Iversen", "Jansen",
    "Kowalska", "Lindqvist", "Moreau", "Nakamura", "Okafor", "Petrov", "Quispe", "Rossi", "Schäfer", "Tanaka", "Ueda",
    "Varga", "Weber", "Yilmaz", "Zimmer",
)  # fmt: skip

PLACES = (
    "harbour", "kitchen", "garden", "workshop", "studio", "library", "market", "terrace", "attic", "station",
    "orchard", "bakery",
)  # fmt: skip

PURPOSES = (
    "desk", "crew", "talk", "plans", "support", "watch", "night", "news", "help", "exchange", "club", "lab",
)  # fmt: skip

WORDS = (
    "the", "a", "we", "you", "they", "it", "is", "was", "will", "can", "should", "did", "have", "had", "going",
    "ready", "late", "early", "open", "closed", "next", "last", "first", "again", "about", "after", "before",
    "because", "where", "when", "how", "why", "maybe", "sure", "right", "wrong", "left", "over", "under", "with",
    "without", "from", "into", "draft", "train", "ticket", "invoice", "bridge", "lantern", "bicycle", "pepper",
    "window", "garden", "river", "coffee", "schedule", "customer", "report", "parcel", "key", "server", "build",
    "branch", "deploy", "rollback", "query", "index", "cache", "socket", "token", "metric", "alert", "budget",
    "holiday", "lunch", "meeting", "note", "picture", "map", "signal", "engine", "paper", "button", "colour",
    "summer", "winter", "morning", "tonight", "tomorrow", "yesterday", "hour", "minute", "quick", "slow", "broken",
    "fixed", "tested", "shipped", "waiting", "blocked", "moved", "found", "lost", "asked", "told", "wrote", "read",
    "sent", "called",
)  # fmt: skip

FLOURISHES = (
    "👍", "🎉 🎉", "नमस्ते", "ありがとう", "żółw", "<b>not bold</b>", "5 > 3 & 2 < 4", "\"quoted\"",
    "https://example.org/a?b=1&c=2",
)  # fmt: skip

REACTIONS = ("like", "love", "haha", "wow", "sad", "fire", "eyes")

TITLES = ("On the draft", "Who takes this?", "Follow-up", "Lunch", "Numbers", "Since yesterday")

REASONS = ("spam", "insults", "off topic, again", "impersonation")

LANGUAGES = ("en", "en", "de", "fr", "ja", "pt", "")

TOWNS = ("Aarhus", "Braga", "Cuenca", "Dijon", "Essen", "Faro", "Gdynia", "Hobart")


def a_name(chance: Chance) -> str:
    return f"{chance.pick(FIRST)} {chance.pick(LAST)}"


def a_text(chance: Chance, longest: int = 32) -> str:
    """A few words, sometimes with something that needs escaping or more than one byte."""
    words = [chance.pick(WORDS) for _ in range(1 + chance.below(longest))]
    if chance.often(0.06):
        words.append(chance.pick(FLOURISHES))
    return " ".join(words)


def a_room_name(chance: Chance) -> str:
    return f"{chance.pick(PLACES).capitalize()} {chance.pick(PURPOSES)} {chance.between(1, 99)}"


def html_of(text: str) -> str:
    """The service's own rendering of a text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p>{escaped}</p>\n"
