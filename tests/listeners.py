"""Who listens to a store, and what they heard."""

from typing import Any

from chatstate import Store


def heard(observable: Any) -> list[Any]:
    """What it tells from now on."""
    values: list[Any] = []
    observable.subscribe(values.append)
    return values


def counted(store: Store, function: Any) -> tuple[Any, list[Any]]:
    """A selector that is listened to, and what it answered each time its function ran."""
    runs: list[Any] = []

    def counting(s: Store) -> Any:
        runs.append(function(s))
        return runs[-1]

    selector = store.select(counting)
    selector.subscribe()
    return selector, runs


def raised(store: Store) -> list[Any]:
    faults: list[Any] = []
    store.faults.subscribe(faults.append)
    return faults
