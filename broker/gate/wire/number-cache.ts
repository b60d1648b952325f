import { writeToStream } from 'mqtt-packet'

/**
 * Keeps aedes' packet library, in this whole process, from making a buffer for each of 65,536 numbers: 8 MiB. What a broker writes
 * most, the acknowledgements of telemetry, is not written by it.
 */
export function dropNumberCache(): void {
  writeToStream.cacheNumbers = false
}
