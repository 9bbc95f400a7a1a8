"""What the tabs say: each is a function of an inspection, and keeps nothing."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson
from textual.highlight import highlight

from chatstate.errors import Fault
from chatstate.inspector.pane import Line, Page, line
from chatstate.inspector.words import MUTED, Part, clock, counted, fitted, moment, name_of, title_of, value
from chatstate.replay.difference import shown
from chatstate.replay.inspection import ANY, Inspection
from chatstate.replay.watch import Watch
from chatstate.replay.words import NOTHING, changes_in_words, key_in_words
from chatstate.views import ChannelView, MessageView

AROUND = 40
"""How many messages of a channel are shown."""

HANG = 11
"""How far from the left what is said goes on: below the name."""

ROWS, CHANNELS, TURNS, BEFORE = 60, 100, 200, 6
"""How many changed rows, channels and turns are shown, and how many of the turns are past."""


def changes(inspection: Inspection) -> Page:
    """What the event changed: each row, each field, before and after."""
    tables = shown(inspection.changes).tables
    rows = [(name, key, *both) for name, keys in tables.items() for key, both in keys.items()]
    entry = inspection.entry
    if entry is None:
        return _page([], [line(("Before the first event. Nothing has happened yet.", MUTED))])
    lines = [_wrong(fault) for fault in entry.faults]
    if not rows and not entry.faults:
        lines.append(line(("Nothing that is shown.", MUTED)))
    for name, key, before, after in islice(rows, ROWS):
        lines += _changed(name, key, before, after)
    if len(rows) > ROWS:
        lines.append(line((f"… and {len(rows) - ROWS} rows more", MUTED)))
    return _page([], lines)


def _wrong(fault: Fault) -> Line:
    return line(("✗ ", "bold $error"), (str(fault), "$text-error"), hang=2)


def _changed(name: str, key: Any, before: Any, after: Any) -> Iterator[Line]:
    """A row that came, went or changed: its name, and its fields, without those that repeat its key."""
    sign, style = ("+", "$text-success") if before is None else ("−", "$text-error")
    if before is not None and after is not None:
        sign, style = "~", "$text-warning"
    words = key_in_words(key)
    yield line((f"{sign} {name} ", f"bold {style}"), (words, style), hang=2)
    for field, old, new in changes_in_words(before, after):
        label = (f"    {field} " if field else "    ", MUTED)
        told, style = (new, "$text-success") if after is not None else (old, "$text-error")
        if before is not None and after is not None:
            yield line(label, (old, "$text-error"), (" → ", MUTED), (new, style), hang=6)
        elif told.strip('"') not in words:
            yield line(label, (told, style), hang=6)


def channel(inspection: Inspection) -> Page:
    """The channel in view: its numbers, and its messages around the one in view."""
    cid = inspection.cid
    if cid is None:
        return _page([], [line(("No channel yet. Choose one with o.", MUTED))])
    shown_channel = inspection.scene.channel(cid)
    head, lines = _channel_head(inspection, shown_channel), list[Line]()
    if not shown_channel.exists:
        return _page(head, [line(("It is not known at this point, or no longer mine.", MUTED))])
    messages = shown_channel.messages
    end = len(messages)
    subject = inspection.subject
    if subject in messages:
        end = min(end, messages.index(subject) + 4)
    start = max(0, end - AROUND)
    if start:
        lines.append(line((f"  ↑ {start:,} older", MUTED)))
    lines += [said for each in messages[start:end] for said in _said(each, each.id == subject)]
    if end < len(messages):
        lines.append(line((f"  ↓ {len(messages) - end:,} newer", MUTED)))
    return _page(head, lines)


def _channel_head(inspection: Inspection, channel: ChannelView) -> list[Line]:
    held: Part = ("  held", "bold $warning") if inspection.held_cid else ""
    marks = [name for name in ("muted", "hidden", "frozen", "archived", "disabled") if getattr(channel, name)]
    unread: Part = (f"{channel.unread} unread", "bold $text-success" if channel.unread else MUTED)
    mentions = f", {channel.unread_mentions} mention me" if channel.unread_mentions else ""
    said, members = counted(len(channel.messages), "message"), counted(channel.member_count, "member")
    numbers = f"{mentions} · {said} · {members} · "
    typing = ", ".join(map(name_of, channel.typing))
    marked = (f" · {', '.join(marks)}" if marks else "", "$warning")
    return [
        line((title_of(channel), "bold $text-primary"), held, (f"  {channel.cid}" if channel.name else "", MUTED)),
        line(unread, f"{numbers}{channel.watcher_count} watching", marked),
        line((f"{typing} typing …" if typing else "", f"italic {MUTED}")),
    ]


def _said(message: MessageView, marked: bool) -> list[Line]:
    """A message in a channel: a line, and one below it for what hangs on it."""
    text: Part = message.text or (f"({len(message.attachments)} attachments)" if message.attachments else "")
    if message.deleted:
        text = ("deleted", f"italic {MUTED}")
    author = "bold $text-accent" if message.own else "bold $text-secondary"
    sign: Part = ("▶ ", "bold $warning") if marked else "  "
    when = (f"{clock(message.created_at)} ", MUTED)
    lines = [line(sign, when, (f"{name_of(message.user)}  ", author), text, hang=HANG)]
    below = [f"{type} {count}" for type, count in message.reaction_counts.items()]
    below += [counted(message.reply_count, "reply", "replies")] if message.reply_count else []
    below += [mark for mark in ("pinned", "silent", "shadowed", "flagged") if getattr(message, mark)]
    if message.quoted is not None:
        below.append(
            f"quotes “{fitted(message.quoted.text, 40).rstrip()}”" if not message.quoted.gone else "quote gone"
        )
    if below:
        lines.append(line((f"{'':{HANG}}{' · '.join(below)}", MUTED), hang=HANG))
    return lines


def message(inspection: Inspection) -> Page:
    """The message in view: all that is known of it."""
    id = inspection.message_id
    if id is None:
        return _page([], [line(("No message yet. Choose one with o.", MUTED))])
    said = inspection.scene.message(id)
    held: Part = ("  held", "bold $warning") if inspection.held_message else ""
    head = [line((id, "bold $text-primary"), held)]
    if said.row is None:
        gone = "It was deleted for good." if said.gone else "It is not known at this point."
        return _page(head, [line((gone, MUTED))])
    lines = [line((fitted(name, 12), MUTED), part, hang=12) for name, part in _told_of(said) if part]
    return _page(head, [*lines, line(), *_people_around(said)])


def _told_of(said: MessageView) -> list[tuple[str, Part]]:
    marks = ("own", "deleted", "pinned", "pending", "silent", "shadowed", "flagged", "mentions_me", "show_in_channel")
    channel = said.channel
    return [
        ("channel", "" if channel is None else title_of(channel)),
        ("author", (name_of(said.user), "bold $text-secondary")),
        ("text", said.text),
        ("type", said.type),
        ("is", ", ".join(mark.replace("_", " ") for mark in marks if getattr(said, mark))),
        ("created", moment(said.created_at)),
        ("updated", "" if said.updated_at is None else moment(said.updated_at)),
        ("deleted", "" if said.deleted_at is None else moment(said.deleted_at)),
        ("reply to", said.parent_id or ""),
        ("replies", str(said.reply_count) if said.reply_count else ""),
        ("quotes", "" if said.quoted is None else said.quoted.text or "what is gone"),
        ("reactions", "  ".join(f"{type} {count}" for type, count in said.reaction_counts.items())),
        ("mentions", ", ".join(map(name_of, said.mentioned))),
        ("attached", str(len(said.attachments)) if said.attachments else ""),
        ("poll", "" if said.poll is None else said.poll.name),
        ("custom", value(dict(said.custom)) if said.custom else ""),
    ]


def _people_around(said: MessageView) -> list[Line]:
    lines = [line("  ", (f"{given.type} ", "$text-warning"), name_of(given.user)) for given in said.reactions]
    if said.channel is not None and said.exists:
        readers = ", ".join(map(name_of, said.channel.reads_of(said)))
        lines.append(line(("read by ", MUTED), readers or NOTHING, hang=8))
    return lines


def counters(inspection: Inspection) -> Page:
    """The totals, and every channel with its numbers."""
    scene = inspection.scene
    me, connection = scene.me, scene.connection
    online = {True: ("online", "$text-success"), False: ("offline", "$text-error"), None: ("unheard of", MUTED)}
    users = sum(user.online is True for user in scene.users.values())
    total, rooms, threads = me.total_unread_count, me.unread_channels, me.unread_threads
    known = f"{len(scene.channels):,} channels · {len(scene.messages):,} messages · {len(scene.users):,} users"
    head = [
        line(("me    ", MUTED), (me.id or "not known yet", "bold"), "  ", online[connection.online]),
        line(
            ("told  ", MUTED), (f"{total}", "bold"), " unread in ", (f"{rooms}", "bold"), " channels, ",
            (f"{threads}", "bold"), " threads",
        ),
        line(("known ", MUTED), f"{known}, {users:,} online", hang=6),
        line(),
        line((f"{'unread':>6} {'of me':>6} {'messages':>8}  channel", f"bold {MUTED}")),
    ]  # fmt: skip
    ordered = sorted(scene.channels.values(), key=lambda each: (-each.unread, each.name or "", each.cid))
    return _page(head, [_counted(each, each.cid == inspection.cid) for each in ordered[:CHANNELS]])


def _counted(channel: ChannelView, marked: bool) -> Line:
    style = "bold $text-success" if channel.unread else MUTED
    mentions = channel.unread_mentions or ""
    muted = ("  muted" if channel.muted else "") + ("  hidden" if channel.hidden else "")
    return line(
        (f"{channel.unread:>6}", style),
        f" {mentions:>6} {len(channel.messages):>8,}  ",
        (title_of(channel), "bold $warning" if marked else ""),
        (muted, MUTED),
        hang=24,
    )


def watched(inspection: Inspection) -> Page:
    """The watched value, and where it turned, around the place."""
    watch = inspection.watch
    if watch is None:
        return _page([], NOT_WATCHED)
    wanted = "" if inspection.wanted is ANY else f"  looked for: {value(inspection.wanted)}"
    walked = "" if watch.number == len(inspection.timeline) else f"  read to event {watch.number:,}"
    now = (value(watch.value_at(inspection.number)), "bold")
    text = (getattr(watch.function, "text", ""), "bold $text-primary")
    head = [
        line(text, (wanted, "$text-warning"), (walked, MUTED)),
        line(("now ", MUTED), now, (f"   {len(watch.turns) - 1:,} turns", MUTED), hang=4),
    ]
    if watch.fault is not None:
        head.append(_wrong(watch.fault))
    at = watch.turn_at(inspection.number) or 0
    first = max(0, at - BEFORE)
    last = min(len(watch.turns), first + TURNS)
    return _page(head, [_turned(inspection, watch, index, index == at) for index in range(first, last)])


def _turned(inspection: Inspection, watch: Watch, index: int, here: bool) -> Line:
    """A turn of the watched value: where it was, from what, and to what."""
    turn = watch.turns[index]
    sign: Part = ("▶ ", "bold $warning") if here else "  "
    when = clock(inspection.timeline.heard_at(turn.number))
    earlier = fitted(value(watch.turns[index - 1].value), 24).rstrip() if index else NOTHING
    style = "bold $text-success" if turn.value == inspection.wanted else "bold"
    came = (fitted(value(turn.value), 40).rstrip(), style)
    return line(sign, (f"{turn.number:>7}  {when}  {earlier} → ", MUTED), came, hang=21)


NOT_WATCHED = (
    line("Nothing is watched. Press ", ("w", "bold"), " and name a value, as in"),
    line(),
    line(('  channel("messaging:general").unread', "$text-accent")),
    line(("  me.total_unread_count = 7", "$text-accent"), ("   to look for where it becomes 7", MUTED)),
    line(("  len(messages)", "$text-accent")),
    line(),
    line("then ", ("n", "bold"), " and ", ("N", "bold"), " go to where it changes."),
)


def frame(inspection: Inspection) -> Page:
    """The frame as it came, laid out, with what was wrong with it."""
    entry = inspection.entry
    if entry is None:
        return _page([], [line(("Before the first event.", MUTED))])
    raw = inspection.timeline.frame(entry.number)
    head = [line((f"line {entry.line}, {len(raw):,} bytes", MUTED)), *map(_wrong, entry.faults)]
    try:
        text = orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return _page(head, [line(raw.decode("utf-8", "replace"))])
    coloured = highlight(text, language="json").split("\n", allow_blank=True)
    return _page(head, [Line(each, _indent(each.plain) + 2) for each in coloured])


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _page(head: Iterable[Line], body: Iterable[Line]) -> Page:
    return Page(tuple(head), tuple(body))
