"""What each thing one can do does to the service, and what is told of it."""
