import { Duplex } from 'node:stream'
import { Frames, type FrameProblem } from './frames.ts'
import { HOLDS, type HoldReason } from './hold.ts'

/**
 * Acknowledgements and messages that the other side has not read; beyond that the broker stops reading as well.
 * @limit data that a connection has not read | its socket is not read
 */
export const UNSENT_BYTES_MAX = 256 * 1024
/** Bytes of one write while much data waits, so that the progress of a slow reader is visible. */
const WRITE_BYTES_MAX = 32 * 1024

/**
 * A socket as a stream of packets that can be held back, for several reasons at once. While it is held back, the socket is not
 * read and packets that were read already are kept.
 */
export abstract class HeldSocket extends Duplex {
  /** milliseconds since 1970 of the last packet */
  lastPacketMs = Date.now()
  /** milliseconds since 1970 from which on the other side has read none of its waiting data; 0 without waiting data */
  unreadSinceMs = 0
  /** the error of a socket whose other side has vanished or does not speak WebSocket */
  socketError: Error | undefined

  /** why the socket is not read, as bits of HOLDS; while it is not 0, silence means nothing */
  get holds(): number {
    return this.#holds
  }

  get isHeldBack(): boolean {
    return this.#holds !== 0
  }

  isHeldBy(reason: HoldReason): boolean {
    return (this.#holds & HOLDS[reason]) !== 0
  }

  /** The other side reads so slowly that optional messages should not be sent to it. */
  get isSlow(): boolean {
    return this.writableLength > UNSENT_BYTES_MAX / 2
  }

  protected readonly frames: Frames
  readonly #socket: Duplex
  #holds = 0
  #ended = false
  /** the other side left while the login was decided */
  #isClosed = false
  #finishing = false

  constructor(socket: Duplex, packetBytesMax: number) {
    // Below the mark a write never has to wait, so that a slow reader does not delay the senders.
    super({ allowHalfOpen: false, writableHighWaterMark: UNSENT_BYTES_MAX })
    this.#socket = socket
    this.frames = new Frames(packetBytesMax, (bytes, start, bodyAt, end) =>
      this.onPacket(bytes, start, bodyAt, end),
    )
    socket.on('end', () => {
      this.#ended = true
      if (this.#holds === 0) this.push(null)
    })
    socket.on('error', (error) => {
      this.socketError ??= error
      this.destroy(error)
    })
    socket.on('close', () => this.#onClosed())
    this.on('drain', () => this.release('unsent'))
  }

  protected abstract onPacket(bytes: Buffer, start: number, bodyAt: number, end: number): void

  /** Ends the connection because of data that the other side sent. */
  protected abstract fail(problem: FrameProblem): void

  protected get isFinishing(): boolean {
    return this.#finishing
  }

  /** Takes nothing further, from the next packet on, until every reason to hold the socket back is gone. */
  hold(reason: HoldReason): void {
    if (this.#finishing) return
    if (this.#holds === 0) {
      this.frames.paused = true
      this.#socket.pause()
    }
    this.#holds |= HOLDS[reason]
  }

  release(reason: HoldReason): void {
    if (!this.isHeldBy(reason)) return
    this.#holds &= ~HOLDS[reason]
    if (this.#isClosed && reason === 'login') setImmediate(() => this.destroy())
    if (this.#holds !== 0 || this.#finishing || this.destroyed) return
    // Silence counts from now, because the socket was not read before.
    this.lastPacketMs = Date.now()
    const problem = this.frames.resume()
    if (problem !== undefined) return this.fail(problem)
    // The kept packets may have been enough to hold the socket back again.
    if (this.isHeldBack || this.destroyed) return
    if (this.#ended) this.push(null)
    else this.#socket.resume()
  }

  /**
   * Takes no further packets, and ends the connection in a way that lets the other side read the sent data. With unread bytes in
   * the receive buffer, a socket that is destroyed immediately resets the connection.
   */
  finish(): void {
    if (this.#finishing) return
    this.#finishing = true
    this.end()
    this.#socket.resume()
  }

  /** Stops taking packets; packets that arrive from now on are not acknowledged. */
  stopReading(): void {
    this.hold('closing')
  }

  override _read(): void {
    this.release('queue')
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#isClosed) return callback()
    for (let at = 0; at < chunk.length; at += WRITE_BYTES_MAX) {
      const end = at + WRITE_BYTES_MAX
      if (this.#socket.write(chunk.length <= WRITE_BYTES_MAX ? chunk : chunk.subarray(at, end))) continue
      this.unreadSinceMs = Date.now()
      this.#socket.once('drain', () => {
        this.unreadSinceMs = 0
        if (end >= chunk.length) callback()
        else this._write(chunk.subarray(end), 'utf8', callback)
      })
      return
    }
    callback()
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end(callback)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#socket.destroy()
    this.frames.clear()
    callback(error)
  }

  /** Packets behind a CONNECT are taken once the login is accepted, even if the device has already disconnected. */
  #onClosed(): void {
    if (this.isHeldBy('login') && this.socketError === undefined) this.#isClosed = true
    else this.destroy()
  }
}
