"""Widgets bound to selectors: one module for each toolkit, all with the same names. None of them is imported here.

``bind(target, name, selector)`` keeps an attribute, property, option or trait of a widget as the selector tells;
``bind_list(target, selector, row=...)`` keeps the rows of a widget so. Both are called in the thread of the widgets,
with a selector of a store that lives in that thread::

    from chatstate.bindings.tk import bind, bind_list

    bind(label, "text", store.select(lambda s: s.channel(cid).unread))
    bind_list(listbox, store.select_list(lambda s: s.channel(cid).messages), row=lambda message: message.text)

or in another, as where a client runs in an asyncio thread. There each item is made to what is shown by the store's own
thread, as ``item`` says, because views are looked at nowhere else::

    async def client():                                     # runs in its own thread
        store = Store(me="ana")
        loop = asyncio.get_running_loop()
        store.on_post(lambda: loop.call_soon_threadsafe(store.drain))
        ...

    texts = store.select_list(lambda s: s.channel(cid).messages).each(lambda message: message.text)
    bind_list(listbox, texts)                               # in the thread of the widgets

What they promise: nothing blocks; a widget is told at most once a frame, and of values that come faster only the last,
of lists all that has changed; the last value always arrives; a widget that is gone is told nothing, and its selector is
let go, without anybody disposing of anything.
"""
