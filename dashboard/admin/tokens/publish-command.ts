export interface PublishTarget {
  host: string
  port: number
  /** over TLS, with the authorities that the system trusts */
  isTls: boolean
  /** keys of the device and of its vehicle */
  device: string
  vehicle: string
  token: string
}

/** A shell command that publishes a valid reading as the device, as in the README. It returns once the reading is committed. */
export function publishCommand({ host, port, isTls, device, vehicle, token }: PublishTarget): string {
  const words = [
    'mosquitto_pub',
    ...(isTls ? ['--tls-use-os-certs'] : []),
    `-h ${host} -p ${port} -i ${device} -u x -P '${token}' -q 1`,
    `-t fleet/${vehicle}/telemetry -m '{"lat":59.33,"lon":18.06,"speed":62.5}'`,
  ]
  return words.join(' ')
}
