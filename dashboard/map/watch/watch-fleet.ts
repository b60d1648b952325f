import type { App } from '../../app-context.ts'
import type { FleetLayer } from '../fleet/fleet-layer.ts'

/** An effect that redraws the layer after changes of values or of the filter, and then calls `onChange`. */
export function watchFleet(
  app: Pick<App, 'table' | 'filter'>,
  layer: FleetLayer,
  onChange: () => void,
): () => void {
  return () => {
    void app.table.values.value
    void app.filter.mask.value
    layer.refresh()
    onChange()
  }
}
