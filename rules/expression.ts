import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import { NUMBER_FIELDS } from '../contract/telemetry.ts'
import type { StoredValue, TimedReading } from './reading.ts'

/**
 * Characters of an expression.
 * @limit characters of an expression | the rule is refused
 */
export const EXPRESSION_LENGTH_MAX = 512
/**
 * Operators, names and values in an expression.
 * @limit operators, names and values in an expression | the rule is refused
 */
export const EXPRESSION_NODES_MAX = 64

/** Attributes of a vehicle, as `vehicle.attributes` of an expression. */
export type Attributes = Readonly<Record<string, StoredValue>>

/** A condition in the Common Expression Language (CEL) on a reading, the one before, and attributes of the vehicle. */
export interface Expression {
  source: string
  /** names of the values of the reading before that it uses, such as `speed` or `extra.cargo_temp` */
  usesBefore: readonly string[]
  /**
   * Whether the reading meets the condition; `null` if a value that it uses is absent, or of another type.
   * @param before the values of the reading before, in the order of `usesBefore`; empty without such a reading
   */
  evaluate(reading: TimedReading, before: readonly StoredValue[], attributes: Attributes): boolean | null
  /** The values that it uses as `prev` in the next reading. */
  valuesOf(reading: TimedReading): StoredValue[]
}

export interface ExpressionProblem {
  message: string
  /** characters of the expression, from 0 on */
  from: number
  to: number
}

/** Functions that end soon for any text: none that repeat, and no regular expressions. */
const FUNCTIONS = new Set([
  'has',
  'size',
  'contains',
  'startsWith',
  'endsWith',
  'int',
  'double',
  'string',
  'abs',
])
const FIELDS: Record<string, string> = {
  time: 'double',
  ...Object.fromEntries(Object.keys(NUMBER_FIELDS).map((it) => [it, 'double'])),
  ignition: 'bool',
  status: 'string',
  seq: 'double',
  extra: 'map<string, dyn>',
}

/** Checks an expression, and prepares it for many evaluations. */
export function compileExpression(
  source: string,
): { expression: Expression; problem?: never } | { expression?: never; problem: ExpressionProblem } {
  if (source.length > EXPRESSION_LENGTH_MAX) {
    const message = `the expression has ${source.length} characters; at most ${EXPRESSION_LENGTH_MAX} are allowed`
    return { problem: { message, from: EXPRESSION_LENGTH_MAX, to: source.length } }
  }
  const environment = createEnvironment()
  try {
    const run = environment.parse(source)
    const uses = findUses(run.ast)
    if (uses.problem) return { problem: uses.problem }
    const { valid, type, error } = run.check()
    if (!valid) return { problem: toProblem(error, source) }
    if (type !== 'bool' && type !== 'dyn') {
      const message = `the expression is of type ${type}; expected a condition, such as speed > 80`
      return { problem: { message, from: 0, to: source.length } }
    }
    return { expression: toExpression(source, (context) => run(context) as unknown, uses) }
  } catch (error) {
    return { problem: toProblem(error, source) }
  }
}

function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    limits: { maxAstNodes: EXPRESSION_NODES_MAX, maxDepth: 16, maxMapEntries: 0, maxCallArguments: 2 },
  })
  for (const [name, type] of Object.entries(FIELDS)) environment.registerVariable(name, type)
  environment.registerVariable('reading', { schema: FIELDS })
  environment.registerVariable('prev', { schema: FIELDS })
  environment.registerVariable('vehicle', { schema: { attributes: 'map<string, dyn>' } })
  environment.registerFunction('abs(double): double', (it: number) => Math.abs(it))
  // Numbers of readings are doubles. CEL has no arithmetic of a double and a literal such as 5.
  const operators: [string, (a: number, b: number) => number][] = [
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
    ['*', (a, b) => a * b],
    ['/', (a, b) => a / b],
  ]
  for (const [name, apply] of operators) {
    environment.registerOperator(`double ${name} int: double`, (a: number, b: bigint) => apply(a, Number(b)))
    environment.registerOperator(`int ${name} double: double`, (a: bigint, b: number) => apply(Number(a), b))
  }
  // It is registered for both orders.
  environment.registerOperator(
    'double == int',
    (a: number | bigint, b: number | bigint) => Number(a) === Number(b),
  )
  return environment
}

function toProblem(error: unknown, source: string): ExpressionProblem {
  const { summary, message, range } = error as {
    summary?: string
    message?: string
    range?: { start: number; end: number }
  }
  const text = summary ?? message ?? 'the expression is invalid'
  return { message: text, from: range?.start ?? 0, to: range?.end ?? source.length }
}

/** A value that an expression uses: `of` and a name of a field, with the name of a member of `extra` or attributes. */
interface Use {
  of: 'reading' | 'prev' | 'attributes'
  field: string
  member: string | null
}

interface Uses {
  all: Use[]
  /** all but those that the expression itself asks for, by `has` */
  required: Use[]
  problem?: ExpressionProblem
}

function findUses(root: ASTNode): Uses {
  const uses: Uses = { all: [], required: [] }
  const asked = new Set<string>()
  const refuse = ({ start, end }: ASTNode, message: string) => {
    uses.problem ??= { message, from: start, to: end }
  }
  const visit = (node: ASTNode, isAsked: boolean): void => {
    const path = pathOf(node)
    if (path) {
      const use = toUse(path)
      if (use === undefined) return
      if (use.of === 'prev' && use.field === 'extra' && use.member === null)
        refuse(node, 'prev.extra needs the name of a value, such as prev.extra.cargo_temp')
      uses.all.push(use)
      if (isAsked) asked.add(nameOf(use))
      return
    }
    const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined
    if (name !== undefined && !FUNCTIONS.has(name))
      refuse(node, `unknown function "${name}"; expected one of ${[...FUNCTIONS].join(', ')}`)
    for (const it of childrenOf(node)) visit(it, name === 'has')
  }
  visit(root, false)
  uses.required = uses.all.filter((it) => !asked.has(nameOf(it)))
  return uses
}

const nameOf = ({ of, field, member }: Use) => `${of} ${field} ${member ?? ''}`

/** The names of a chain such as `prev.extra.cargo_temp`; `undefined` for any other node. */
function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return [node.args]
  if (node.op === '.') {
    const path = pathOf(node.args[0])
    return path && [...path, node.args[1]]
  }
  if (node.op !== '[]') return undefined
  const [of, index] = node.args
  const path = pathOf(of)
  return path && index.op === 'value' && typeof index.args === 'string' ? [...path, index.args] : undefined
}

/** `undefined` for names that the type check refuses. */
function toUse([root = '', ...rest]: string[]): Use | undefined {
  if (root === 'vehicle') return { of: 'attributes', field: 'attributes', member: rest[1] ?? null }
  const of = root === 'prev' ? 'prev' : 'reading'
  const [field, member] = root === 'prev' || root === 'reading' ? rest : [root, ...rest]
  return field === undefined || !(field in FIELDS) ? undefined : { of, field, member: member ?? null }
}

function childrenOf(node: ASTNode): ASTNode[] {
  const isNode = (it: unknown): it is ASTNode => typeof it === 'object' && it !== null && 'op' in it
  return [node.args].flat(2).filter(isNode)
}

function toExpression(
  source: string,
  run: (context: object) => unknown,
  { all, required }: Uses,
): Expression {
  const before = [...new Map(all.filter((it) => it.of === 'prev').map((it) => [nameOf(it), it])).values()]
  const needed = required.map((it) => ({ ...it, at: before.findIndex((use) => nameOf(use) === nameOf(it)) }))
  const fields = [...new Set(all.flatMap((it) => (it.of === 'reading' ? [it.field] : [])))]
  return {
    source,
    usesBefore: before.map(({ field, member }) => (member === null ? field : `${field}.${member}`)),
    evaluate(reading, values, attributes) {
      for (const it of needed) {
        const value =
          it.of === 'prev'
            ? (values[it.at] ?? null)
            : it.of === 'reading'
              ? valueOf(reading, it)
              : it.member === null || (attributes[it.member] ?? null)
        if (value === null) return null
      }
      const context: Record<string, unknown> = { vehicle: { attributes } }
      for (const it of fields) context[it] = fieldOf(reading, it)
      context['reading'] = context
      context['prev'] = toBefore(before, values)
      try {
        const result = run(context)
        return typeof result === 'boolean' ? result : null
      } catch {
        return null
      }
    },
    valuesOf: (reading) => before.map((it) => valueOf(reading, it)),
  }
}

function fieldOf(reading: TimedReading, field: string): unknown {
  if (field === 'time') return reading.timeMs / 1000
  return reading[field as keyof TimedReading] ?? (field === 'extra' ? {} : undefined)
}

/** `null` if the reading has no such value, and `true` for all values of `extra`. */
function valueOf(reading: TimedReading, { field, member }: Use): StoredValue {
  if (field !== 'extra') return (fieldOf(reading, field) ?? null) as StoredValue
  if (reading.extra === undefined) return null
  return member === null || (reading.extra[member] ?? null)
}

function toBefore(before: readonly Use[], values: readonly StoredValue[]): object {
  const extra: Record<string, StoredValue> = {}
  const prev: Record<string, unknown> = { extra }
  for (const [i, { field, member }] of before.entries()) {
    const value = values[i] ?? null
    if (value === null) continue
    if (field === 'extra' && member !== null) extra[member] = value
    else prev[field] = value
  }
  return prev
}
