/** Short lists whose items come and go with every order. Floor 2. */

/** Puts an item in at the end: inside the loop of a run, `push` stays a call. */
export function putIn<Item>(items: Item[], item: Item): void {
  items[items.length] = item
}

/** Takes an item out, and gives whether it was there. In place: `splice` makes a list of what it takes. */
export function takeOut<Item>(items: Item[], item: Item): boolean {
  const last = items.length - 1
  let k = last
  while (k >= 0 && items[k] !== item) k--
  if (k < 0) return false
  for (; k < last; k++) {
    const next = items[k + 1]
    if (next !== undefined) items[k] = next
  }
  items.pop()
  return true
}
