/** The operator's settings for the map. */
export interface MapConfig {
  /** URL of raster tiles, with `{z}/{x}/{y}` */
  tilesUrl: string | undefined
  /** attribution of the tiles, plain text */
  tilesAttribution: string | undefined
  /** URL of a MapLibre style */
  styleUrl: string | undefined
}

/** Loads the settings. Without a response, the map is our own: any map is better than none. */
export async function loadMapConfig(signal: AbortSignal): Promise<MapConfig> {
  try {
    const response = await fetch('/api/dashboard-config', { signal })
    const config: unknown = response.ok ? await response.json() : {}
    return {
      tilesUrl: textOf(config, 'tiles_url'),
      tilesAttribution: textOf(config, 'tiles_attribution'),
      styleUrl: textOf(config, 'style_url'),
    }
  } catch {
    return { tilesUrl: undefined, tilesAttribution: undefined, styleUrl: undefined }
  }
}

function textOf(config: unknown, name: string): string | undefined {
  const value: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, name) : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}
