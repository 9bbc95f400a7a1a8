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

SAYINGS = (
    "Can you have a look at the {thing} {when}?", "I moved the {thing} to {place}.", "The {thing} is ready.",
    "Who has the {thing}?", "The {thing} broke again {when}, I am on it.", "Thanks, that was quick!",
    "Let's talk about the {thing} {when}.", "I left a note on the {thing}.", "Works for me.",
    "Does anybody know why the {thing} is so slow?", "We are nearly there.", "The {thing} passed every test.",
    "I will be a little late {when}.", "Lunch at {place}?", "Somebody called about the {thing}.",
    "That is a good question.", "I can take the {thing}.", "The customer loves the {thing}.",
    "Not {when}, sorry.",
    "I found the {thing}! It was at {place} all along.", "Please review the {thing} before we ship it.",
    "Sounds good.", "The {thing} comes back {when}.", "Is the {thing} still open?", "We should celebrate at {place}.",
    "I rolled the {thing} back for now.", "Could we do the {thing} first?", "My train is late, start without me.",
    "The numbers for the {thing} look right now.", "I wrote down what we said about the {thing}.",
    "Coffee?", "One more thing: the {thing} needs an owner.", "The {thing} goes out {when}.", "Great work, everyone.",
    "I would rather wait with the {thing} a little.", "Here is the picture from {place}.",
    "Has anyone tried the {thing} on a slow machine?", "Agreed.", "Keys for the {thing} are at {place}.",
    "It was the cache, of course.", "I am blocked by the {thing}.", "Let me check and come back to you {when}.",
    "The {thing} is green again.", "Where do we keep the old {thing}?", "No hurry, {when} is fine.",
    "We have a budget for the {thing}.", "See you at {place} {when}.",
    "I asked twice about the {thing}, no answer yet.",
)  # fmt: skip
"""What people say: about a thing, a time, a place."""

THINGS = (
    "draft", "invoice", "build", "schedule", "deploy", "parcel", "report", "bridge", "search index", "meeting room",
    "sign-up page", "summer plan", "rollback", "map", "alert", "printer", "release", "budget", "newsletter", "backup",
    "lantern", "bicycle", "translation", "socket",
)  # fmt: skip

WHENS = (
    "today", "tonight", "tomorrow", "after lunch", "on Friday", "this week", "next week", "in an hour", "at noon",
    "before the weekend",
)  # fmt: skip

SPOTS = ("the kitchen", "the harbour", "the studio", "the library", "the corner café", "the terrace", "my desk")

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
    """Something to say, of about so many words at most; sometimes with what needs escaping or more than one byte.

    A few words are only a few words; of more, sentences are made.
    """
    drawn = [chance.below(len(WORDS)) for _ in range(1 + chance.below(longest))]
    said = [WORDS[each] for each in drawn] if longest < 6 else _sentences(drawn)
    if chance.often(0.06):
        said.append(chance.pick(FLOURISHES))
    return " ".join(said)


def _sentences(drawn: list[int]) -> list[str]:
    """As many sentences as so many words would fill, made of what was drawn for the words."""
    sentences = []
    for first in range(0, len(drawn), 9):
        what, about, when = (drawn[(first + step) % len(drawn)] for step in range(3))
        saying = SAYINGS[(what + 7 * when) % len(SAYINGS)]
        thing, spot = THINGS[(about + what) % len(THINGS)], SPOTS[(about + when) % len(SPOTS)]
        sentences.append(saying.format(thing=thing, when=WHENS[(when + about) % len(WHENS)], place=spot))
    return list(dict.fromkeys(sentences))


def a_room_name(chance: Chance) -> str:
    return f"{chance.pick(PLACES).capitalize()} {chance.pick(PURPOSES)} {chance.between(1, 99)}"


def html_of(text: str) -> str:
    """The service's own rendering of a text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p>{escaped}</p>\n"
