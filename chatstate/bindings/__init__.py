"""Widgets bound to selectors: one module for each toolkit, all with the same names. None of them is imported here.

``bind(target, name, selector)`` keeps an attribute, property, option or trait of a widget as the selector tells;
``bind_list(target, selector, row=..., key=...)`` keeps its rows so. ``row`` makes of an item what the widget shows: a
text, cells, a widget. ``key`` tells items apart: of a list that is told anew, the rows of items that were there already
stay, with their focus and selection. Where rows are objects of one's own, ``update`` is told one of them and its item
where that has changed; left out, the row gives way to a new one. Qt has ``ListModel`` and ``Value`` besides, for views
and QML; Jupyter has ``MessageList``.

Both are called in the thread of the widgets, with a selector of a store that lives in that thread::

    from chatstate.bindings.tk import bind, bind_list

    bind(label, "text", store.select(unread(cid)))
    bind_list(listbox, store.select_list(latest_messages(cid, 50)), row=lambda message: message.text)

or in another, as where a client runs in an asyncio thread. There each item is made to what is shown by the store's own
thread, as ``each`` says, because views are looked at nowhere else::

    async def live():                                       # Thread(target=asyncio.run, args=(live(),))
        async with chatstate.connect("key", user_id="ana", token=token) as client:
            ready.set_result(client.store)                  # a concurrent.futures.Future
            await client.closed()

    store = ready.result()
    texts = store.select_list(latest_messages(cid, 50)).each(lambda message: message.text)
    bind_list(listbox, texts)                               # in the thread of the widgets

A store without a client tells its thread that something waits for it by ``store.on_post``.

What they promise: nothing blocks; a widget is told at most once a frame, and of values that come faster only the last,
of lists all that has changed; the last value always arrives; a widget that is gone is told nothing, and its selector is
let go, without anybody disposing of anything.
"""


def needs(toolkit: str, extra: str, error: ModuleNotFoundError) -> ModuleNotFoundError:
    """What to say where a toolkit is not installed."""
    return ModuleNotFoundError(
        f"chatstate.bindings.{extra} needs {toolkit}: pip install 'chatstate[{extra}]'", name=error.name
    )
