"""What the tabs say: each is a function of an inspection, and keeps nothing."""

from collections.abc import Iterable, Sequence
from itertools import islice

import orjson
from textual.content import Content
from textual.highlight import highlight

from chatstate.inspector.words import MUTED, Part, assembled, clock, fitted, moment, name_of, title_of, value
from chatstate.replay.difference import shown
from chatstate.replay.inspection import ANY, Inspection
from chatstate.replay.words import NOTHING, changes_in_words, key_in_words
from chatstate.views import ChannelView, MessageView

Line = Sequence[Part]
Pane = tuple[Content, Content]
"""What stands still, and what scrolls below it."""

AROUND = 40
"""How many messages of a channel are shown."""

ROWS, CHANNELS, TURNS, BEFORE = 60, 100, 200, 6
"""How many changed rows, channels and turns are shown, and how many of the turns are past."""


def changes(inspection: Inspection) -> Pane:
    """What the event changed: each row, each field, before and after."""
    tables = shown(inspection.changes).tables
    rows = [(name, key, *both) for name, keys in tables.items() for key, both in keys.items()]
    lines: list[Line] = []
    entry = inspection.entry
    if entry is None:
        return _pane([], [[("Before the first event. Nothing has happened yet.", MUTED)]])
    for fault in entry.faults:
        lines.append([("✗ ", "bold $error"), (str(fault), "$text-error")])
    if not rows and not entry.faults:
        lines.append([("Nothing that is shown.", MUTED)])
    for name, key, before, after in islice(rows, ROWS):
        sign, style = ("+", "$text-success") if before is None else ("−", "$text-error")
        if before is not None and after is not None:
            sign, style = "~", "$text-warning"
        lines.append([(f"{sign} {name} ", f"bold {style}"), (key_in_words(key), style)])
        for field, old, new in changes_in_words(before, after):
            label = (f"    {field} " if field else "    ", MUTED)
            if before is None:
                lines.append([label, (new, "$text-success")])
            elif after is None:
                lines.append([label, (old, "$text-error")])
            else:
                lines.append([label, (old, "$text-error"), (" → ", MUTED), (new, "$text-success")])
    if len(rows) > ROWS:
        lines.append([(f"… and {len(rows) - ROWS} rows more", MUTED)])
    return _pane([], lines)


def channel(inspection: Inspection) -> Pane:
    """The channel in view: its numbers, and its messages around the one in view."""
    cid = inspection.cid
    if cid is None:
        return _pane([], [[("No channel yet. Choose one with o.", MUTED)]])
    shown_channel = inspection.scene.channel(cid)
    head, lines = _channel_head(inspection, shown_channel), list[Line]()
    if not shown_channel.exists:
        return _pane(head, [[("It is not known at this point, or no longer mine.", MUTED)]])
    messages = shown_channel.messages
    end = len(messages)
    subject = inspection.subject
    if subject in messages:
        end = min(end, messages.index(subject) + 4)
    start = max(0, end - AROUND)
    if start:
        lines.append([(f"  ↑ {start:,} older", MUTED)])
    lines += [line for each in messages[start:end] for line in _said(each, each.id == subject)]
    if end < len(messages):
        lines.append([(f"  ↓ {len(messages) - end:,} newer", MUTED)])
    return _pane(head, lines)


def _channel_head(inspection: Inspection, channel: ChannelView) -> list[Line]:
    held: Part = ("  held", "bold $warning") if inspection.held_cid else ""
    marks = [name for name in ("muted", "hidden", "frozen", "archived", "disabled") if getattr(channel, name)]
    unread: Part = (f"{channel.unread} unread", "bold $text-success" if channel.unread else MUTED)
    mentions = f", {channel.unread_mentions} mention me" if channel.unread_mentions else ""
    numbers = f"{mentions} · {len(channel.messages):,} messages · {channel.member_count} members · "
    lines: list[Line] = [
        [(title_of(channel), "bold $text-primary"), (f"  {channel.cid}" if channel.name else "", MUTED), held],
        [unread, f"{numbers}{channel.watcher_count} watching", (f" · {', '.join(marks)}" if marks else "", "$warning")],
    ]
    typing = ", ".join(map(name_of, channel.typing))
    lines.append([(f"{typing} typing …" if typing else "", f"italic {MUTED}")])
    return lines


def _said(message: MessageView, marked: bool) -> list[Line]:
    """A message in a channel: a line, and one below it for what hangs on it."""
    text: Part = message.text or (f"({len(message.attachments)} attachments)" if message.attachments else "")
    if message.deleted:
        text = ("deleted", f"italic {MUTED}")
    author = "bold $text-accent" if message.own else "bold $text-secondary"
    sign: Part = ("▶ ", "bold $warning") if marked else "  "
    lines: list[Line] = [[sign, (f"{clock(message.created_at)} ", MUTED), (f"{name_of(message.user)}  ", author), text]]
    below = [f"{type} {count}" for type, count in message.reaction_counts.items()]
    below += [f"{message.reply_count} replies"] if message.reply_count else []
    below += [mark for mark in ("pinned", "silent", "shadowed", "flagged") if getattr(message, mark)]
    if message.quoted is not None:
        below.append(
            f"quotes “{fitted(message.quoted.text, 40).rstrip()}”" if not message.quoted.gone else "quote gone"
        )
    if below:
        lines.append([(f"             {' · '.join(below)}", MUTED)])
    return lines


def message(inspection: Inspection) -> Pane:
    """The message in view: all that is known of it."""
    id = inspection.message_id
    if id is None:
        return _pane([], [[("No message yet. Choose one with o.", MUTED)]])
    said = inspection.scene.message(id)
    held: Part = ("  held", "bold $warning") if inspection.held_message else ""
    head: list[Line] = [[(id, "bold $text-primary"), held]]
    if said.row is None:
        gone = "It was deleted for good." if said.gone else "It is not known at this point."
        return _pane(head, [[(gone, MUTED)]])
    lines = [[(fitted(name, 12), MUTED), part] for name, part in _told_of(said) if part]
    return _pane(head, [*lines, [""], *_people_around(said)])


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
    lines: list[Line] = [
        [("  ", ""), (f"{given.type} ", "$text-warning"), f"{name_of(given.user)}"] for given in said.reactions
    ]
    if said.channel is not None and said.exists:
        readers = ", ".join(map(name_of, said.channel.reads_of(said)))
        lines.append([("read by ", MUTED), readers or NOTHING])
    return lines


def counters(inspection: Inspection) -> Pane:
    """The totals, and every channel with its numbers."""
    scene = inspection.scene
    me, connection = scene.me, scene.connection
    online = {True: ("online", "$text-success"), False: ("offline", "$text-error"), None: ("unheard of", MUTED)}
    users = sum(user.online is True for user in scene.users.values())
    head: list[Line] = [
        [("me ", MUTED), (me.id or "not known yet", "bold"), "  ", online[connection.online]],
        [
            ("told  ", MUTED), (f"{me.total_unread_count}", "bold"), " unread in ", (f"{me.unread_channels}", "bold"),
            " channels, ", (f"{me.unread_threads}", "bold"), " threads",
        ],
        [
            ("known ", MUTED), f"{len(scene.channels):,} channels · {len(scene.messages):,} messages · "
            f"{len(scene.users):,} users, {users:,} online",
        ],
        [""],
        [(f"{'unread':>6} {'of me':>6} {'messages':>8}  channel", f"bold {MUTED}")],
    ]  # fmt: skip
    ordered = sorted(scene.channels.values(), key=lambda each: (-each.unread, each.name or "", each.cid))
    return _pane(head, [_counted(each, each.cid == inspection.cid) for each in ordered[:CHANNELS]])


def _counted(channel: ChannelView, marked: bool) -> Line:
    style = "bold $text-success" if channel.unread else MUTED
    mentions = channel.unread_mentions or ""
    muted = ("  muted" if channel.muted else "") + ("  hidden" if channel.hidden else "")
    return [
        (f"{channel.unread:>6}", style),
        f" {mentions:>6} {len(channel.messages):>8,}  ",
        (title_of(channel), "bold $warning" if marked else ""),
        (muted, MUTED),
    ]


def watched(inspection: Inspection) -> Pane:
    """The watched value, and where it turned, around the place."""
    watch = inspection.watch
    if watch is None:
        return _pane(
            [],
            [
                [("Nothing is watched. ", ""), ("Press w", "bold"), " and name a value, as in"],
                [""],
                [('  channel("messaging:general").unread', "$text-accent")],
                [("  me.total_unread_count = 7", "$text-accent"), ("   to look for where it becomes 7", MUTED)],
                [("  len(messages)", "$text-accent")],
                [""],
                ["then ", ("n", "bold"), " and ", ("N", "bold"), " go to where it changes."],
            ],
        )
    wanted = "" if inspection.wanted is ANY else f"  looked for: {value(inspection.wanted)}"
    walked = "" if watch.number == len(inspection.timeline) else f"  read to event {watch.number:,}"
    head: list[Line] = [
        [(getattr(watch.function, "text", ""), "bold $text-primary"), (wanted, "$text-warning"), (walked, MUTED)],
        [
            ("now ", MUTED),
            (value(watch.value_at(inspection.number)), "bold"),
            (f"   {len(watch.turns) - 1:,} turns", MUTED),
        ],
    ]
    if watch.fault is not None:
        head.append([(str(watch.fault), "$text-error")])
    lines: list[Line] = []
    at = watch.turn_at(inspection.number) or 0
    first = max(0, at - BEFORE)
    for index, turn in enumerate(watch.turns[first : first + TURNS], first):
        sign: Part = ("▶ ", "bold $warning") if index == at else "  "
        found = "bold $text-success" if turn.value == inspection.wanted else ""
        when = clock(inspection.timeline.heard_at(turn.number))
        earlier = fitted(value(watch.turns[index - 1].value), 24).rstrip() if index else NOTHING
        came = (fitted(value(turn.value), 40).rstrip(), found or "bold")
        lines.append([sign, (f"{turn.number:>7}  {when}  {earlier} → ", MUTED), came])
    return _pane(head, lines)


def frame(inspection: Inspection) -> Pane:
    """The frame as it came, laid out, with what was wrong with it."""
    entry = inspection.entry
    if entry is None:
        return _pane([], [[("Before the first event.", MUTED)]])
    raw = inspection.timeline.frame(entry.number)
    head: list[Line] = [[(f"line {entry.line}, {len(raw):,} bytes", MUTED)]]
    head += [[("✗ ", "bold $error"), (str(fault), "$text-error")] for fault in entry.faults]
    try:
        text = orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return _pane(head, [[raw.decode("utf-8", "replace")]])
    return assembled(head), highlight(text, language="json")


def _pane(head: Iterable[Line], body: Iterable[Line]) -> Pane:
    return assembled(head), assembled(body)
