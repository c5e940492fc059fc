/** A heap by time. */
export class Soonest<Value> {
  readonly #heap: { readonly at: number; readonly value: Value }[] = []

  add(at: number, value: Value): void {
    const heap = this.#heap
    let index = heap.push({ at, value }) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (this.#at(parent) <= at) break
      this.#swap(index, parent)
      index = parent
    }
  }

  take(): { readonly at: number; readonly value: Value } | null {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined) return null
    if (heap.length === 0) return first
    heap[0] = last
    for (let index = 0; ;) {
      const [left, right] = [index * 2 + 1, index * 2 + 2]
      const child = this.#at(right) < this.#at(left) ? right : left
      if (this.#at(child) >= last.at) return first
      this.#swap(index, child)
      index = child
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Infinity
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a === undefined || b === undefined) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}
