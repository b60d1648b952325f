export interface Point {
  atMs: number
  perS: number
}

/**
 * The paths of a line through `points` and of the area below it, in a box of `width` by `height`. `undefined` with fewer than two
 * points.
 */
export function sparklinePath(
  points: readonly Point[],
  width: number,
  height: number,
): { line: string; area: string; maxPerS: number } | undefined {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined
  const maxPerS = Math.max(...points.map(({ perS }) => perS))
  const at = ({ atMs, perS }: Point) => {
    const x = ((atMs - first.atMs) / (last.atMs - first.atMs)) * width
    // Leaves one unit at each edge for the thickness of the line.
    const y = height - 1 - (maxPerS <= 0 ? 0 : Math.max(0, perS) / maxPerS) * (height - 2)
    return `${round(x)} ${round(y)}`
  }
  const line = `M${points.map(at).join('L')}`
  return { line, area: `${line}L${width} ${height}L0 ${height}Z`, maxPerS }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
