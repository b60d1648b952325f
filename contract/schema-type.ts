/** The part of JSON Schema (2020-12) that may describe a request. Objects refuse unknown fields by default. */
export type Schema = Readonly<Record<string, unknown>>

/**
 * The TypeScript type of a value that matches schema `S`, so that a request's type is never written beside its schema.
 * A property is certain to exist if it is required or has a default.
 */
export type TypeOf<S> = S extends { enum: readonly (infer V)[] }
  ? V
  : S extends { then: infer A; else: infer B }
    ? TypeOf<A> | TypeOf<B>
    : S extends { type: readonly ['string', 'null'] }
      ? string | null
      : S extends { type: 'string' }
        ? string
        : S extends { type: 'integer' | 'number' }
          ? number
          : S extends { type: 'boolean' }
            ? boolean
            : S extends { type: readonly ['array', 'null']; items: infer I }
              ? TypeOf<I>[] | null
              : S extends { type: 'array'; items: infer I }
                ? TypeOf<I>[]
                : S extends { type: 'object'; properties: infer P }
                  ? ObjectOf<P, RequiredOf<S> | WithDefault<P>>
                  : unknown

type ObjectOf<P, R> = { [K in keyof P as K extends R ? K : never]: TypeOf<P[K]> } & {
  [K in keyof P as K extends R ? never : K]?: TypeOf<P[K]>
}
type RequiredOf<S> = S extends { required: readonly (infer R)[] } ? R : never
type WithDefault<P> = { [K in keyof P]: P[K] extends { default: unknown } ? K : never }[keyof P]
