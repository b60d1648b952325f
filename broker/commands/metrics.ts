import type { Metrics } from '../../kit/metrics.ts'

export type CommandMetrics = ReturnType<typeof createCommandMetrics>

export function createCommandMetrics(metrics: Metrics) {
  return {
    sent: metrics.counter(
      'commands_sent_total',
      'Commands sent to devices, including those sent again after a reconnect',
    ),
    delivered: metrics.counter('commands_delivered_total', 'Commands whose receipt a device has confirmed'),
    answers: metrics.counter(
      'command_answers_total',
      'Answers of devices: acknowledged, failed, ignored (unknown or already answered command), bad (malformed)',
      ['result'],
    ),
  }
}
