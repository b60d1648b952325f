import type { IClientOptions } from 'mqtt'

/** The packet ids of a session, which outlive the clients of mqtt.js. */
export interface PacketIds {
  provider: NonNullable<IClientOptions['messageIdProvider']>
  /** The next packet gets this id; `undefined` for a free one. */
  force(id: number | undefined): void
}

const PACKET_ID_MAX = 65_535

export function createPacketIds(isFree: (id: number) => boolean): PacketIds {
  let forced: number | undefined
  let last: number | null = null

  /** The lowest: a broker that keeps an id for too long meets it again soon. */
  function freeId(): number | null {
    for (let id = 1; id <= PACKET_ID_MAX; id++) if (isFree(id)) return id
    return null
  }

  return {
    provider: {
      allocate() {
        last = forced ?? freeId()
        forced = undefined
        return last
      },
      getLastAllocated: () => last,
      register: () => true,
      deallocate() {},
      clear() {},
    },
    force(id) {
      forced = id
    },
  }
}
