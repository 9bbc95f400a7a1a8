"""Living with the service: its socket, its REST calls, and a state that is right after whatever the network did."""
