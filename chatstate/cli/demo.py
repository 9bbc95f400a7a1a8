"""``chatstate demo``: a busy hour of an invented service, applied before your eyes."""

import argparse
import time
from typing import Any

from chatstate.cli.simulate import add_world, simulation
from chatstate.cli.terminal import Commands, console, without_gc
from chatstate.clock import LogClock, to_datetime
from chatstate.io.dump import dump
from chatstate.store import Store
from chatstate.views.channel import ChannelView

FRAME = 250
"""How many events pass between two pictures."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("demo", help="simulate a busy hour and watch the store follow it")
    add_world(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Simulate, apply, show; then compare what the store holds with what the service knows."""
    from rich.live import Live

    screen = console()
    world = simulation(options)
    store = Store(me=options.me, clock=LogClock())
    faults: list[Any] = []
    store.faults.subscribe(faults.append)
    applied, spent = 0, 0.0
    with Live(console=screen, auto_refresh=False) as live, without_gc():
        batch: list[bytes] = []
        for frame in world.frames(options.events):
            batch.append(frame)
            if len(batch) == FRAME:
                spent += timed(store, batch)
                applied += len(batch)
                batch.clear()
                live.update(picture(store, applied, options.events, spent), refresh=True)
        spent += timed(store, batch)
        applied += len(batch)
        live.update(picture(store, applied, options.events, spent), refresh=True)
    screen.print()
    told, known = dump(store)["channels"], world.truth()["channels"]
    messages = sum(len(channel["messages"]) for channel in told.values())
    same = sum(told.get(cid, {}).get("messages") == known[cid]["messages"] for cid in known)
    unread = sum(told.get(cid, {}).get("unread") == known[cid]["unread"] for cid in known)
    screen.print(
        f"{applied:,} events in {spent:.2f} s ({applied / max(spent, 1e-9):,.0f}/s), {len(faults)} faults. Of the "
        f"service's {len(known)} channels, {same} hold the same messages here and {unread} the same unread number "
        f"({messages:,} messages)."
    )
    return 0 if same == unread == len(known) and not faults else 1


def timed(store: Store, batch: list[bytes]) -> float:
    """Apply a batch; answers the seconds it took."""
    started = time.perf_counter()
    store.apply_all(batch)
    return time.perf_counter() - started


def picture(store: Store, applied: int, total: int, spent: float) -> Any:
    """The state as a table: the channels something happened in last."""
    from rich.table import Table

    now = to_datetime(store.connection.last_event_at or store.state.heard_at)
    title = f"{now:%H:%M:%S}   {applied:,} of {total:,} events   {applied / max(spent, 1e-9):,.0f} events/s"
    table = Table(title=title, title_justify="left", caption=footer(store), caption_justify="left", expand=True)
    table.add_column("channel", ratio=3, no_wrap=True)
    table.add_column("unread", justify="right", width=6)
    table.add_column("last message", ratio=7, no_wrap=True)
    table.add_column("typing", ratio=3, no_wrap=True)
    newest = sorted(store.channels.values(), key=lambda each: (-(each.last_message_at or 0), each.cid))
    for channel in newest[:12]:
        table.add_row(*cells(channel))
    return table


def cells(channel: ChannelView) -> tuple[str, str, str, str]:
    """One channel as a row of the table."""
    from rich.markup import escape

    last = channel.last_message
    who = "" if last is None or last.user is None else f"[cyan]{escape(last.user.name or last.user.id)}[/] "
    text = "" if last is None else who + escape(last.text.replace("\n", " "))
    typing = ", ".join(escape(user.name or user.id) for user in channel.typing)
    unread = f"[bold green]{channel.unread}[/]" if channel.unread else "[dim]0[/]"
    marks = ("[dim]muted[/] " if channel.muted else "") + ("[dim]frozen[/] " if channel.frozen else "")
    return marks + escape(channel.name or channel.cid), unread, text, f"[dim]{typing}[/]"


def footer(store: Store) -> str:
    """The totals."""
    online = sum(user.online is True for user in store.users.values())
    me = store.me
    return (
        f"{len(store.channels)} channels · {len(store.messages):,} messages · "
        f"{online} of {len(store.users)} users online · {me.total_unread_count} unread in {me.unread_channels} channels"
    )
