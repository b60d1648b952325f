/**
 * The shape of a value: a leaf, a list of one shape, or an object with these properties in this order. Objects may be
 * `null`.
 */
export type Shape<T> = [T] extends [readonly (infer Item)[]]
  ? readonly [Shape<NonNullable<Item>>]
  : [T] extends [object]
    ? { [Name in keyof T]-?: Shape<NonNullable<T[Name]>> }
    : 'leaf'

type AnyShape = 'leaf' | readonly [AnyShape] | { [name: string]: AnyShape }

/**
 * The value with an array for each object, in the order of the shape: shorter, and independent of the order of
 * properties.
 */
export function pack<T>(value: T, shape: Shape<T>): unknown {
  return packAny(value, shape)
}

/** Restores the value that `pack` was given. */
export function unpack<T>(packed: unknown, shape: Shape<T>): T {
  return unpackAny(packed, shape) as T
}

function packAny(value: unknown, shape: AnyShape): unknown {
  if (shape === 'leaf' || value === null) return value
  if (isList(shape)) return (value as unknown[]).map((it) => packAny(it, shape[0]))
  const object = value as Record<string, unknown>
  return Object.entries(shape).map(([name, it]) => packAny(object[name], it))
}

function unpackAny(packed: unknown, shape: AnyShape): unknown {
  if (shape === 'leaf' || packed === null) return packed
  const items = packed as unknown[]
  if (isList(shape)) return items.map((it) => unpackAny(it, shape[0]))
  return Object.fromEntries(Object.entries(shape).map(([name, it], i) => [name, unpackAny(items[i], it)]))
}

const isList = (shape: AnyShape): shape is readonly [AnyShape] => Array.isArray(shape)
