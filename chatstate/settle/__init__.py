"""What events have in common: how one thing that was told is settled with what is known already.

Every function here takes the state and the time of the event that tells, and keeps the laws by itself: what is older
than what is known changes nothing, and what is told twice changes nothing the second time.
"""
