import type { Metrics } from '../kit/metrics.ts'
import { RETAINED, type Retained } from '../sql/maintain.ts'

/** Counts rows that retention deletes. Each kind is 0 from the start, so that the first deletion is an increase as well. */
export function createRetentionMetric(metrics: Metrics): (what: Retained, rows: number) => void {
  const help = 'Rows that retention has deleted; for whole days of readings this may be an estimate'
  const deleted = metrics.counter('retention_deleted_total', help, ['what'])
  for (const what of RETAINED) deleted.inc({ what }, 0)
  return (what, rows) => deleted.inc({ what }, rows)
}
