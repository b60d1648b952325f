/**
 * A name for an operation, from its method and path: `GET /api/vehicles/{key}/telemetry` is getVehicleTelemetry. A
 * parameter is not part of the name; the segment before it is in the singular.
 */
export function operationIdOf(method: string, path: string): string {
  const segments = path.split('/').filter((it) => it !== '' && it !== 'api')
  const words = segments.flatMap((segment, index) => {
    if (segment.startsWith('{')) return []
    const named = segments[index + 1]?.startsWith('{') ? singular(segment) : segment
    return named.split(/[^A-Za-z0-9]+/)
  })
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '')
}
