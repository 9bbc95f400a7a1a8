"""Polls, drafts and user groups."""

from chatstate.simulator.payloads.people import user_by_id
from chatstate.simulator.payloads.view import Json, View, stamp
from chatstate.simulator.rows import Draft, Group, Poll, Vote


def poll(view: View, row: Poll) -> Json:
    """A poll with its totals and newest votes; ``own_votes`` is always empty, as reactions are."""
    votes = [each for each in row.votes.values() if each.answer is None]
    answers = [each for each in row.votes.values() if each.answer is not None]
    by_option = {id: [each for each in votes if each.option_id == id] for id in row.options}
    voted = {id: each for id, each in by_option.items() if each}
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "voting_visibility": "anonymous" if row.anonymous else "public",
        "enforce_unique_vote": row.unique,
        "max_votes_allowed": 1 if row.unique else None,
        "allow_answers": True,
        "allow_user_suggested_options": False,
        "options": [{"id": id, "text": text} for id, text in row.options.items()],
        "vote_count": len(votes),
        "answers_count": len(answers),
        "vote_counts_by_option": {id: len(each) for id, each in voted.items()},
        "latest_votes_by_option": {id: _newest(view, row, each) for id, each in voted.items()},
        "latest_answers": _newest(view, row, answers),
        "own_votes": [],
        "is_closed": row.closed,
        "created_by_id": row.created_by,
        "created_by": user_by_id(view, row.created_by),
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }


def _newest(view: View, row: Poll, votes: list[Vote]) -> list[Json]:
    return [vote(view, (row, each)) for each in votes[:-6:-1]]


def vote(view: View, cast: tuple[Poll, Vote]) -> Json:
    """A vote, or an answer in words; who cast it is not told of others in an anonymous poll."""
    row, given = cast
    shown: Json = {
        "id": given.id,
        "poll_id": row.id,
        "option_id": given.option_id,
        "created_at": stamp(given.created_at),
        "updated_at": stamp(given.updated_at),
    }
    if not row.anonymous or given.user_id == view.viewer:
        shown |= {"user_id": given.user_id, "user": user_by_id(view, given.user_id)}
    return shown if given.answer is None else shown | {"is_answer": True, "answer_text": given.answer}


def draft(view: View, row: Draft) -> Json:
    message: Json = {"id": row.id, "text": row.text, "type": "regular", "attachments": [], "mentioned_users": []}
    shown: Json = {"channel_cid": row.cid, "created_at": stamp(row.created_at), "message": message}
    if row.parent_id is not None:
        shown["parent_id"] = message["parent_id"] = row.parent_id
    return shown


def group(view: View, row: Group) -> Json:
    members = [
        {"app_pk": 1, "group_id": row.id, "user_id": id, "is_admin": id == row.created_by, "created_at": stamp(at)}
        for id, at in row.members.items()
    ]
    dates = {"created_at": stamp(row.created_at), "updated_at": stamp(row.updated_at)}
    return {"app_pk": 1, "id": row.id, "name": row.name, "created_by": row.created_by, "members": members, **dates}
