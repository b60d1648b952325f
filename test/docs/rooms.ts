import { BROKER_PARTS, ROOMS } from '../rooms.ts'
import { toTable } from './sections.ts'

/** The table of rooms, from the rules that the architecture test enforces. The broker's parts follow it. */
export function describeRooms(): string {
  const rooms = Object.entries(ROOMS).flatMap(([name, room]) =>
    name === 'broker' ? [[name, room] as const, ...Object.entries(BROKER_PARTS)] : [[name, room] as const],
  )
  const rows = rooms.map(([name, { content, mayImport }]) => [
    `\`${name}/\``,
    content,
    mayImport.map((it) => `\`${it}\``).join(', ') || 'nothing',
  ])
  return toTable(['room', 'content', 'may import'], rows)
}
