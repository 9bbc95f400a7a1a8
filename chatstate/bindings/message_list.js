// A list that is told what has changed in it, and touches nothing else.

/** Do to `rows` what the diffs tell; `make` makes a row of an item. This is what the five words mean. */
export function apply(diffs, rows, make) {
  for (const diff of diffs) {
    if (diff.kind === "reset") rows.reset(diff.items.map(make))
    else if (diff.kind === "insert") rows.insert(diff.at, make(diff.item))
    else if (diff.kind === "set") rows.set(diff.at, make(diff.item))
    else if (diff.kind === "remove") rows.take(diff.at)
    else if (diff.kind === "move") rows.insert(diff.to, rows.take(diff.at))
  }
}

/** The children of an element, as rows. */
export function children(element) {
  return {
    reset: (rows) => element.replaceChildren(...rows),
    insert: (at, row) => element.insertBefore(row, element.children[at] || null),
    set: (at, row) => element.replaceChild(row, element.children[at]),
    take: (at) => element.removeChild(element.children[at]),
  }
}

/** A row: a text, or the cells that an item has, each with its name for a class. Nothing in it is read as HTML. */
export function row(item) {
  const made = document.createElement("li")
  const cells = item !== null && typeof item === "object" ? Object.entries(item) : [["text", item]]
  for (const [name, value] of cells) {
    const cell = document.createElement("span")
    cell.className = `chatstate-${name}`
    cell.textContent = value === null || value === undefined ? "" : String(value)
    made.append(cell)
  }
  return made
}

function render({ model, el }) {
  const list = document.createElement("ol")
  list.className = "chatstate-list"
  el.append(list)
  const rows = children(list)
  let begun = false
  const told = ({ kind, diffs }) => {
    if (kind !== "diffs") return
    begun = begun || (diffs.length > 0 && diffs[0].kind === "reset")
    if (!begun) return // what comes before the list is whole is in it already
    const atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < 8
    apply(diffs, rows, row)
    if (atEnd) el.scrollTop = el.scrollHeight
  }
  model.on("msg:custom", told)
  model.send({ kind: "whole" })
  return () => model.off("msg:custom", told)
}

export default { render }
