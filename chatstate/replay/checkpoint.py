"""A state as it was at one point: tables and indexes copied, rows shared."""

from typing import Any, Self

import attrs

from chatstate.state.state import ME, State
from chatstate.state.table import Ordered


@attrs.frozen(kw_only=True)
class Checkpoint:
    """What a state held after event ``number``. Rows are never written again, so a copy of the tables will do."""

    number: int
    tables: dict[str, dict[Any, Any]]
    groups: dict[str, list[dict[Any, Ordered]]]
    """The groups of every index, by its table."""
    rows: int

    @classmethod
    def of(cls, state: State, number: int) -> Self:
        """Copy what a state holds now. O(rows): 12 ms for 28 000 rows."""
        tables = {name: dict(table) for name, table in state.tables.items() if table}
        groups = {
            name: [{group: Ordered(entries) for group, entries in line.groups.items()} for line in table.lines]
            for name, table in state.tables.items()
            if table
        }
        rows = sum(map(len, tables.values()))
        return cls(number=number, tables=tables, groups=groups, rows=rows)

    def put_back(self, state: State) -> None:
        """Let a state hold what was copied, and nothing else. O(rows)."""
        for name in self.tables:
            state.table(name)
        for name, table in state.tables.items():
            dict.clear(table)
            dict.update(table, self.tables.get(name, {}))
            copies = self.groups.get(name)
            for at, line in enumerate(table.lines):
                line.groups.clear()
                if copies is not None:
                    line.groups.update({group: Ordered(entries) for group, entries in copies[at].items()})
        state.me = state.places.me = state.identity.get(ME)
