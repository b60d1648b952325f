import { expect } from 'chai'
import fc from 'fast-check'
import {
  compileExpression,
  EXPRESSION_LENGTH_MAX,
  EXPRESSION_NODES_MAX,
  type Attributes,
  type Expression,
} from '../../rules/expression.ts'
import type { StoredValue, TimedReading } from '../../rules/reading.ts'
import { EXPRESSION_TIMES, type RuleKind } from '../../rules/rule.ts'
import { parseState, writeState } from '../../rules/state.ts'
import { eventsOf, foldRule, type Line } from './rule-lines.ts'

const READING: TimedReading = {
  timeMs: 100_000,
  speed: 50,
  rpm: 2000,
  status: 'door open',
  extra: { cargo_temp: -10, door: 'open', none: null },
}

function compile(source: string): Expression {
  const { expression, problem } = compileExpression(source)
  if (problem) throw new Error(problem.message)
  return expression
}
const evaluate = (source: string, before: StoredValue[] = [], attributes: Attributes = {}) =>
  compile(source).evaluate(READING, before, attributes)
const problemOf = (source: string) => compileExpression(source).problem

describe('an expression', () => {
  it('an expression compares fields, values in extra and attributes', () => {
    expect(evaluate('speed > 40 && rpm < 3000')).to.equal(true)
    expect(evaluate('speed == 50 && speed != 51 && speed >= 50.0')).to.equal(true)
    expect(evaluate('extra.cargo_temp > -5 || extra["door"] == "open"')).to.equal(true)
    expect(evaluate('reading.speed < 50')).to.equal(false)
    expect(evaluate('status.startsWith("door") && size(status) == 9')).to.equal(true)
    expect(evaluate('speed > vehicle.attributes.limit', [], { limit: 30 })).to.equal(true)
    expect(evaluate('time == 100')).to.equal(true)
  })

  it('an expression calculates with whole and decimal numbers', () => {
    expect(evaluate('(speed + 10) * 2 == 120 && 2 * speed / 4 == 25 && 60 - speed == 10')).to.equal(true)
    expect(evaluate('abs(extra.cargo_temp - 5) > 14.9 && -speed < 0')).to.equal(true)
    expect(evaluate('60 - speed == 10.0 && speed - 60 == -10 && 60 / speed == 1.2')).to.equal(true)
    expect(evaluate('int(speed) % 7 == 1')).to.equal(true)
  })

  it('an expression uses the values of the reading before', () => {
    const expression = compile('speed - prev.speed > 20 && time - prev.time < 5 && prev.extra.door != "x"')
    expect(expression.usesBefore).to.deep.equal(['speed', 'time', 'extra.door'])
    expect(expression.valuesOf(READING)).to.deep.equal([50, 100, 'open'])
    expect(expression.evaluate(READING, [29, 96, 'shut'], {})).to.equal(true)
    expect(expression.evaluate(READING, [31, 96, 'shut'], {})).to.equal(false)
    expect(expression.evaluate(READING, [], {})).to.equal(null)
  })

  it('a value that is absent or of another type is no result', () => {
    expect(evaluate('ignition || speed > 5')).to.equal(null)
    expect(evaluate('extra.missing > 3')).to.equal(null)
    expect(evaluate('extra.none == 3')).to.equal(null)
    expect(evaluate('extra.door > 3')).to.equal(null)
    expect(evaluate('vehicle.attributes.limit > 3')).to.equal(null)
    expect(evaluate('1 / 0 > 3')).to.equal(null)
    expect(evaluate('extra.cargo_temp')).to.equal(null)
  })

  it('has asks for a value that may be absent', () => {
    expect(evaluate('has(extra.missing)')).to.equal(false)
    expect(evaluate('has(reading.ignition) || speed > 5')).to.equal(true)
    expect(evaluate('has(extra.door) && extra.door == "open"')).to.equal(true)
    expect(evaluate('has(prev.speed) ? prev.speed < speed : false')).to.equal(false)
    expect(evaluate('has(vehicle.attributes.limit)')).to.equal(false)
    expect(compile('has(extra.a) && extra.a > 1').evaluate({ timeMs: 1 }, [], {})).to.equal(false)
  })

  it('a problem names its place', () => {
    expect(problemOf('speed > 5 && sped > 3')).to.deep.equal({
      message: 'Unknown variable: sped',
      from: 13,
      to: 17,
    })
    expect(problemOf('speed >')).to.include({ from: 7, to: 7 })
    expect(problemOf('prev.foo > 1')?.message).to.match(/No such key: foo/)
    expect(problemOf('speed > "a"')?.message).to.match(/no such overload: double > string/)
    expect(problemOf('speed')?.message).to.match(/of type double; expected a condition/)
    expect(problemOf('')).to.not.equal(undefined)
  })

  it('functions that repeat, match patterns or read clocks are refused', () => {
    const refused = [
      'status.matches("(a+)+$")',
      '[1, 2].exists(it, it > 1)',
      '[[1, 2], [3]].all(it, it.all(x, x > 1))',
      '[1, 2].map(it, it * 2) == [2, 4]',
      'timestamp("2026-01-01T00:00:00Z") > timestamp("2025-01-01T00:00:00Z")',
      'duration("1s") > duration("2s")',
    ]
    for (const it of refused)
      expect(problemOf(it)?.message).to.match(/^unknown function ".+"; expected one of has/)
    expect(problemOf('{"a": 1}.a > 0')).to.not.equal(undefined)
    expect(problemOf('size(prev.extra) > 1')?.message).to.match(/prev\.extra needs the name of a value/)
  })

  it('an expression has at most 512 characters and 64 nodes', () => {
    const long = (length: number) => `status == "${'x'.repeat(length - 12)}"`
    expect(problemOf(long(EXPRESSION_LENGTH_MAX))).to.equal(undefined)
    expect(problemOf(long(EXPRESSION_LENGTH_MAX + 1))?.message).to.match(/has 513 characters; at most 512/)
    const sum = (terms: number) => `${Array.from({ length: terms }, () => 'speed').join(' + ')} > 1.0`
    // Each further term adds an operator and a name.
    const terms = Math.floor((EXPRESSION_NODES_MAX - 1) / 2)
    expect(problemOf(sum(terms))).to.equal(undefined)
    expect(problemOf(sum(terms + 1))?.message).to.match(/maxAstNodes/)
    expect(problemOf(`${'('.repeat(100)}speed > 1${')'.repeat(100)}`)).to.not.equal(undefined)
  })

  it('any text is refused or gives a result, and never throws', () => {
    const value = fc.constantFrom(
      'speed',
      'prev.rpm',
      'extra.a',
      'extra["cargo_temp"]',
      '"a"',
      '1',
      '1.5',
      'has(extra.a)',
      'size(status)',
      'vehicle.attributes.load',
      'extra.__proto__',
      'extra.constructor',
      'null',
      '[1, 2]',
      'extra',
      'prev',
      '(',
    )
    const operator = fc.constantFrom(
      '>',
      '==',
      '!=',
      '+',
      '-',
      '*',
      '/',
      '%',
      '&&',
      '||',
      'in',
      '?',
      ':',
      ')',
    )
    const word = fc.tuple(value, operator).map((it) => it.join(' '))
    let valid = 0
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), value, (words, last) => {
        const { expression } = compileExpression([...words, last].join(' '))
        if (expression === undefined) return
        valid++
        expect([true, false, null]).to.include(expression.evaluate(READING, [], {}))
      }),
      { numRuns: 2000 },
    )
    expect(valid).to.be.above(50)
  })
})

describe('a rule with an expression', () => {
  const ruleOf = (source: string, times = EXPRESSION_TIMES): RuleKind => ({
    kind: 'expression',
    expression: compile(source),
    times,
  })

  it('an expression is an interval rule', () => {
    const rule = ruleOf('speed > 50 && extra.door == "open"', {
      ...EXPRESSION_TIMES,
      forMs: 10_000,
      minReadings: 2,
    })
    const lines: Line[] = [
      [0, { speed: 60, extra: { door: 'open' } }],
      [5, { speed: 60 }],
      [10, { speed: 70, extra: { door: 'open' } }],
      [20, { speed: 60, extra: { door: 'shut' } }],
    ]
    expect(eventsOf(rule, lines)).to.deep.equal([[0, 10, null]])
    expect(eventsOf(rule, lines.slice(0, 3))).to.deep.equal([[0, null, null]])
    expect(eventsOf(rule, lines.slice(0, 2))).to.deep.equal([])
  })

  it('an expression has the reading before, but not across a gap', () => {
    const rule = ruleOf('seq != prev.seq + 1')
    const lines = [0, 1, 2, 5, 6].map((seq, i): Line => [i * 10, { seq }])
    expect(eventsOf(rule, lines)).to.deep.equal([[30, 30, null]])
    expect(eventsOf(rule, [...lines, [341, { seq: 0 }]])).to.deep.equal([[30, 30, null]])
    expect(eventsOf(rule, [...lines, [340, { seq: 0 }]])).to.deep.equal([
      [30, 30, null],
      [340, null, null],
    ])
  })

  it('an expression has the attributes of the vehicle', () => {
    const rule = ruleOf('speed > vehicle.attributes.limit')
    expect(eventsOf(rule, [[0, { speed: 60 }]], { settings: { attributes: { limit: 50 } } })).to.deep.equal([
      [0, null, null],
    ])
    expect(eventsOf(rule, [[0, { speed: 60 }]])).to.deep.equal([])
  })

  it('a state keeps the values that an expression needs, and no others', () => {
    const { state } = foldRule(ruleOf('prev.speed > 10 && prev.extra.door == "open"'), [[0, { ...READING }]])
    expect(state.memories.map((it) => it.values)).to.deep.equal([[50, 'open']])
    expect(parseState(writeState(state))).to.deep.equal(state)
    expect(foldRule(ruleOf('speed > 100'), [[0, { ...READING }]]).state.memories).to.deep.equal([])
  })
})
