"""Views: live, read-only handles that look into the tables anew each time, resolve ids, and keep nothing."""

from chatstate.views.channel import ChannelView
from chatstate.views.entry import Views
from chatstate.views.me import ConnectionView, OwnUserView
from chatstate.views.member import Members, MemberView
from chatstate.views.message import MessageView
from chatstate.views.poll import PollView, VoteView
from chatstate.views.quoted import QuotedView
from chatstate.views.reaction import ReactionView
from chatstate.views.receipts import ReadView
from chatstate.views.reminder import ReminderView
from chatstate.views.sequences import Messages, Pins, Replies, Timeline
from chatstate.views.thread import ThreadReadView, ThreadView
from chatstate.views.user import MuteView, UserGroupView, UserView

__all__ = [
    "ChannelView", "ConnectionView", "MemberView", "Members", "MessageView", "Messages", "MuteView", "OwnUserView",
    "Pins", "PollView", "QuotedView", "ReactionView", "ReadView", "ReminderView", "Replies", "ThreadReadView",
    "ThreadView", "Timeline", "UserGroupView", "UserView", "Views", "VoteView",
]  # fmt: skip
