import { whole } from '../../support/seeded.ts'

export type Random = () => number

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

export function bytes(random: Random, least: number, most: number): Buffer {
  return Buffer.from(Array.from({ length: whole(random, least, most) }, () => whole(random, 0, 255)))
}

/** The stream's bytes in up to `most` pieces, cut anywhere. */
export function cut(random: Random, stream: Buffer, most: number): Buffer[] {
  const places = Array.from({ length: whole(random, 0, most - 1) }, () => whole(random, 0, stream.length))
  const edges = [0, ...places.toSorted((a, b) => a - b), stream.length]
  return edges
    .slice(1)
    .map((end, n) => stream.subarray(edges[n], end))
    .filter((piece) => piece.length > 0)
}

/** The size of a run, from the environment. */
export function sizeOf(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise)
}
