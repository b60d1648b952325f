const CELL_PX = 32

/**
 * Finds the point under the pointer. The points of the screen are in a grid, so that a search checks a few of ten thousand.
 * Points outside of the screen are left out. Points are in the order in which they are drawn.
 */
export class PickGrid {
  #columns = 0
  #rows = 0
  /** index in #items of each cell's first point, and an end */
  #starts = new Uint32Array(1)
  #items = new Uint32Array(0)
  #x: Float32Array = new Float32Array(0)
  #y: Float32Array = new Float32Array(0)

  /** Takes the first `count` points. The arrays are kept and must not change until the next build. */
  build(x: Float32Array, y: Float32Array, count: number, width: number, height: number): void {
    this.#columns = Math.max(Math.ceil(width / CELL_PX), 1)
    this.#rows = Math.max(Math.ceil(height / CELL_PX), 1)
    const cells = this.#columns * this.#rows
    if (this.#starts.length !== cells + 1) this.#starts = new Uint32Array(cells + 1)
    else this.#starts.fill(0)
    if (this.#items.length < count) this.#items = new Uint32Array(count)
    this.#x = x
    this.#y = y
    const starts = this.#starts
    for (let i = 0; i < count; i++) {
      const cell = this.#cellOf(x[i] ?? NaN, y[i] ?? NaN)
      if (cell >= 0) starts[cell + 1] = (starts[cell + 1] ?? 0) + 1
    }
    for (let cell = 1; cell <= cells; cell++) starts[cell] = (starts[cell] ?? 0) + (starts[cell - 1] ?? 0)
    const inside = starts[cells] ?? 0
    // Filling from the end moves each start down to the beginning of its cell.
    for (let i = count - 1; i >= 0; i--) {
      const cell = this.#cellOf(x[i] ?? NaN, y[i] ?? NaN)
      if (cell < 0) continue
      const at = (starts[cell + 1] ?? 0) - 1
      starts[cell + 1] = at
      this.#items[at] = i
    }
    // Now starts[cell + 1] is the beginning of `cell`, one place too far.
    starts.copyWithin(0, 1)
    starts[cells] = inside
  }

  /** Index of the nearest point within `radiusPx`; -1 if no point is that near. Of equally near points, the last one drawn. */
  nearest(x: number, y: number, radiusPx: number): number {
    let best = -1
    let bestSquare = radiusPx * radiusPx
    const [left, right] = [column(x - radiusPx, this.#columns), column(x + radiusPx, this.#columns)]
    const [top, bottom] = [column(y - radiusPx, this.#rows), column(y + radiusPx, this.#rows)]
    for (let row = top; row <= bottom; row++) {
      for (let cell = row * this.#columns + left; cell <= row * this.#columns + right; cell++) {
        for (let at = this.#starts[cell] ?? 0; at < (this.#starts[cell + 1] ?? 0); at++) {
          const item = this.#items[at] ?? 0
          const square = ((this.#x[item] ?? NaN) - x) ** 2 + ((this.#y[item] ?? NaN) - y) ** 2
          if (square < bestSquare || (square === bestSquare && item > best)) {
            best = item
            bestSquare = square
          }
        }
      }
    }
    return best
  }

  #cellOf(x: number, y: number): number {
    const column = Math.floor(x / CELL_PX)
    const row = Math.floor(y / CELL_PX)
    if (!(column >= 0 && column < this.#columns && row >= 0 && row < this.#rows)) return -1
    return row * this.#columns + column
  }
}

function column(px: number, columns: number): number {
  return Math.min(Math.max(Math.floor(px / CELL_PX), 0), columns - 1)
}
