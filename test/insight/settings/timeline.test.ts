import { expect } from 'chai'
import fc from 'fast-check'
import {
  createFleetRules,
  createTimeline,
  type GrantVersion,
  type RuleVersion,
  type Validity,
  type VehicleVersion,
} from '../../../insight/settings/timeline.ts'

const VEHICLE = 1
const END_MS = 100

/** Consecutive times from the given bounds; the last one has no end. */
const spansOf = (bounds: number[]): Validity[] =>
  bounds.map((fromMs, nth) => ({ fromMs, toMs: bounds[nth + 1] ?? Infinity }))

const bounds = fc
  .uniqueArray(fc.integer({ min: 0, max: END_MS }), { minLength: 1, maxLength: 5 })
  .map((it) => it.toSorted((a, b) => a - b))
const user = fc.constantFrom(7, 8)
const group = fc.constantFrom('north', 'south', null)
const tags = fc.subarray(['cold', 'long'])
const scope = fc.oneof(
  fc.constant({ all: true } as const),
  fc.subarray(['north', 'south'], { minLength: 1 }).map((groups) => ({ groups })),
  fc.subarray(['cold', 'long'], { minLength: 1 }).map((them) => ({ tags: them })),
  fc.subarray([VEHICLE, 2], { minLength: 1 }).map((vehicles) => ({ vehicles })),
)

const vehicleVersions = fc
  .tuple(
    bounds,
    fc.array(fc.record({ ownerId: fc.option(user), group, tags, speedLimit: fc.constantFrom(50, 80) }), {
      minLength: 5,
      maxLength: 5,
    }),
  )
  .map(([times, contents]): VehicleVersion[] =>
    spansOf(times).map((span, nth) => {
      const { speedLimit, ...content } = contents[nth] ?? {
        ownerId: null,
        group: null,
        tags: [],
        speedLimit: 50,
      }
      return { ...span, ...content, attributes: { speed_limit: speedLimit } }
    }),
  )

const TIMES = { for_s: 10, min_readings: 2, clear_s: 0, gap_s: 300 }
const ruleVersions = fc
  .array(
    fc.record({
      times: bounds,
      isDeleted: fc.boolean(),
      forFleet: fc.boolean(),
      ownerId: fc.option(user),
      contents: fc.array(fc.record({ scope, enabled: fc.boolean() }), { minLength: 5, maxLength: 5 }),
    }),
    { maxLength: 12 },
  )
  .map((rules) =>
    rules.flatMap(({ times, isDeleted, forFleet, ownerId, contents }, ruleId): RuleVersion[] => {
      const spans = spansOf(times).map((span, nth) => ({
        ...span,
        ruleId: ruleId + 5,
        forFleet,
        ownerId,
        schedule: null,
        notify: [],
        severity: 'info' as const,
        kind: 'overspeed' as const,
        params: { limit: 90, tolerance: 5, geofences: 'lowest', ...TIMES },
        scope: contents[nth]?.scope ?? { all: true as const },
        enabled: contents[nth]?.enabled ?? true,
      }))
      return isDeleted ? spans.slice(0, -1) : spans
    }),
  )

const grantVersions = fc
  .array(
    fc.record({
      userId: user,
      isOfGroup: fc.boolean(),
      group: fc.constantFrom('north', 'south'),
      vehicleId: fc.constantFrom(VEHICLE, 2),
      fromMs: fc.integer({ min: 0, max: END_MS }),
      lengthMs: fc.integer({ min: 1, max: 60 }),
    }),
    { maxLength: 5 },
  )
  .map((them) =>
    them.map(({ userId, isOfGroup, group: of, vehicleId, fromMs, lengthMs }): GrantVersion => ({
      userId,
      vehicleId: isOfGroup ? null : vehicleId,
      group: isOfGroup ? of : null,
      fromMs,
      toMs: fromMs + lengthMs,
    })),
  )

/** The ids of the rules that cover the vehicle at a time, without looking at anything but this time. */
function coveringAt(
  t: number,
  vehicles: VehicleVersion[],
  rules: RuleVersion[],
  grants: GrantVersion[],
): string[] {
  const now = vehicles.findLast((it) => it.fromMs <= t) ?? vehicles[0]
  const ids: string[] = []
  for (const rule of rules) {
    if (!rule.enabled || t < rule.fromMs || t >= rule.toMs || now === undefined) continue
    const { all, groups, tags: named, vehicles: some } = rule.scope
    const isMeant =
      all ??
      (groups?.includes(String(now.group)) ||
        named?.some((it) => now.tags.includes(it)) ||
        some?.includes(VEHICLE))
    const hasGrant = grants.some(
      (it) =>
        it.userId === rule.ownerId &&
        it.fromMs <= t &&
        t < it.toMs &&
        (it.vehicleId === VEHICLE || (it.group ?? '-') === now.group),
    )
    const isAllowed = rule.forFleet || (rule.ownerId !== null && (now.ownerId === rule.ownerId || hasGrant))
    if (isMeant && isAllowed) ids.push(String(rule.ruleId))
  }
  return ids.toSorted()
}

describe('settings of a vehicle over time', () => {
  it('are those of each time alone, and the same within a segment', () => {
    const property = fc.property(
      vehicleVersions,
      ruleVersions,
      grantVersions,
      fc.array(fc.integer({ min: -5, max: END_MS + 70 }), { minLength: 20, maxLength: 40 }),
      (vehicles, rules, grants, times) => {
        const timeline = createTimeline(VEHICLE, vehicles, createFleetRules(rules, grants))
        for (const t of times) {
          const found = timeline.at(t)
          const limit = (vehicles.findLast((it) => it.fromMs <= t) ?? vehicles[0])?.attributes['speed_limit']
          const expected = coveringAt(t, vehicles, rules, grants)
          expect(found.rules.map(({ key }) => key)).to.deep.equal(expected)
          expect([...found.versions.keys()].map(String).toSorted()).to.deep.equal(expected)
          for (const rule of found.rules) expect(rule).to.include({ limit })
          expect(found.fromMs <= t && t < found.toMs).to.equal(true)
          const ends = [Math.max(found.fromMs, -10), Math.min(found.toMs, END_MS + 80) - 1]
          for (const other of ends) expect(coveringAt(other, vehicles, rules, grants)).to.deep.equal(expected)
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  it('a segment is found again, and vehicles with equal attributes share their rules', () => {
    const times = { fromMs: 0, toMs: Infinity }
    const rule: RuleVersion = {
      ...times,
      ruleId: 3,
      kind: 'harsh_braking',
      params: {},
      scope: { all: true },
      severity: 'info',
      schedule: null,
      notify: [],
      enabled: true,
      forFleet: true,
      ownerId: null,
    }
    const fleet = createFleetRules([rule], [])
    const versionsOf = (name: string) => [
      { ...times, ownerId: null, group: null, tags: [], attributes: { class: name } },
    ]
    const [a, b, c] = ['truck', 'truck', 'car'].map((name, id) => createTimeline(id, versionsOf(name), fleet))
    expect(a?.at(5)).to.equal(a?.at(50))
    expect(a?.at(5).rules[0]).to.equal(b?.at(5).rules[0])
    expect(c?.at(5).rules[0]).to.deep.equal({ key: '3', kind: 'harsh_braking', limit: 4 })
    expect(a?.at(-1).rules).to.deep.equal([])
  })
})
