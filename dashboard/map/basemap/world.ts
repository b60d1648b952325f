// The file is a part of the page, so that the map needs no internet access.
import worldUrl from 'world-atlas/countries-50m.json?url'
import { type World, worldOf, type WorldTopology } from './world-shapes.ts'

export const WORLD_ATTRIBUTION = { text: 'Natural Earth', url: 'https://www.naturalearthdata.com/' }

/** Loads the world. Throws if the file cannot be loaded. */
export async function loadWorld(signal: AbortSignal): Promise<World> {
  const response = await fetch(worldUrl, { signal })
  if (!response.ok) throw new Error(`the basemap file could not be loaded (status ${response.status})`)
  return worldOf((await response.json()) as WorldTopology)
}

/** Loads the world, or an empty one if that fails: vehicles on a blank map are better than none. Throws only if aborted. */
export async function loadWorldOrSea(signal: AbortSignal, onProblem: (text: string) => void): Promise<World> {
  try {
    return await loadWorld(signal)
  } catch (error) {
    signal.throwIfAborted()
    onProblem(`The map cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
    return {
      land: { type: 'MultiPolygon', coordinates: [] },
      borders: { type: 'MultiLineString', coordinates: [] },
      labels: { type: 'FeatureCollection', features: [] },
    }
  }
}
