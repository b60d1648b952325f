import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../../app-context.ts'
import { Button } from '../../ui/button.tsx'

const FORMATS = { csv: 'CSV', ndjson: 'NDJSON', geojson: 'GeoJSON', gpx: 'GPX' } as const
type Format = keyof typeof FORMATS

/** Downloads of a time range. A link cannot carry the token, so the file is fetched and then saved. */
export function ExportButtons({ vehicle, fromMs, toMs }: { vehicle: string; fromMs: number; toMs: number }) {
  const app = useApp()
  const { api } = app
  const [running, setRunning] = useState<Format>()
  const controller = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => controller.current?.abort(), [])

  async function download(format: Format): Promise<void> {
    const { signal } = (controller.current = new AbortController())
    setRunning(format)
    try {
      const query = {
        vehicles: vehicle,
        format,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
      }
      const { data, error } = await api.GET('/api/telemetry/export', {
        params: { query },
        parseAs: 'blob',
        signal,
      })
      if (error) app.notify(`${error.title}: ${error.detail}`, 'error')
      else save(data, `${vehicle}-${query.from.slice(0, 10)}.${format}`)
    } catch {
      if (!signal.aborted) app.notify('The download was interrupted: the server cannot be reached', 'error')
    } finally {
      if (!signal.aborted) setRunning(undefined)
    }
  }

  return (
    <div class="vehicle-panel__tools">
      {(Object.keys(FORMATS) as Format[]).map((format) => (
        <Button key={format} disabled={running !== undefined} onClick={() => void download(format)}>
          {FORMATS[format]}
          {running === format && '…'}
        </Button>
      ))}
    </div>
  )
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // By then, the browser has begun to read the file.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
