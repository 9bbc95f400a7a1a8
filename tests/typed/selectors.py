"""What type checkers infer of selectors; checked by mypy and pyright, never run."""

from typing import assert_type

from reactivex import Observable

from chatstate import ListSelector, Selector, Store, selectors
from chatstate.model import Draft
from chatstate.reactive import Diffs
from chatstate.stream import Stream
from chatstate.views import ChannelView, MemberView, MessageView, ThreadView

store = Store(me="me")
cid = "messaging:general"

assert_type(store.select(lambda s: s.channel(cid).unread), Selector[int])
assert_type(store.select(lambda s: s.channel(cid).unread).value, int)
assert_type(store.select(lambda s: s.channel(cid).last_message), Selector[MessageView | None])
assert_type(store.select(lambda s: (s.channel(cid).name, s.me.unread_threads)), Selector[tuple[str | None, int]])
assert_type(store.select(selectors.total_unread), Selector[int])
assert_type(store.select(selectors.unread(cid)), Selector[int])
assert_type(store.select(selectors.draft(cid)), Selector[Draft | None])
assert_type(store.select(selectors.presence("bo")), Selector[bool | None])
assert_type(store.select(selectors.unread(cid)).stream(), Stream[int])

assert_type(store.select_list(lambda s: s.channel(cid).messages[-50:]), ListSelector[MessageView])
assert_type(store.select_list(lambda s: s.channel(cid).messages), ListSelector[MessageView])
assert_type(store.select_list(selectors.latest_messages(cid, 5)).value, list[MessageView])
assert_type(store.select_list(selectors.members(cid)), ListSelector[MemberView])
assert_type(store.select_list(selectors.typing_names(cid)), ListSelector[str])
assert_type(store.select_list(selectors.channel_list()), ListSelector[ChannelView])
assert_type(store.select_list(lambda s: s.threads.query()[:10]), ListSelector[ThreadView])
assert_type(store.select_list(selectors.messages(cid)).each(lambda message: message.text), ListSelector[str])
assert_type(store.select_list(selectors.members(cid)).each(lambda member: member.banned), ListSelector[bool])
assert_type(store.select_list(selectors.messages(cid)).stream(), Stream[Diffs[MessageView]])

unread: Observable[int] = store.select(selectors.unread(cid))
texts: Observable[Diffs[str]] = store.select_list(selectors.messages(cid)).each(lambda message: message.text)
