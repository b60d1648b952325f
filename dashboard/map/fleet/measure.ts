/**
 * Tells a PerformanceObserver how long something took. The entry is not kept: a page that stays open all day would
 * otherwise hold millions of them.
 */
export function measure(name: 'fleetwire:data-frame' | 'fleetwire:draw', startMs: number): void {
  performance.measure(name, { start: startMs, end: performance.now() })
  performance.clearMeasures(name)
}
