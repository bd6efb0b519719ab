/** Waits for a state by looking again and again. */
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 250

/** Asks until the answer is right and returns it. @throws Error with the last answer when the time (milliseconds) is over */
export async function until<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  timeoutMs = 120_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (Date.now() >= deadline)
      throw new Error(`not within ${timeoutMs} ms; the last answer: ${JSON.stringify(answer)}`)
    await sleep(PAUSE_MS)
  }
}
