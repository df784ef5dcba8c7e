import autocannon from 'autocannon';

const CONNECTIONS = 10;

/**
 * The interval at which autocannon checks for completion. The default of one second is several times the duration of a
 * slice.
 */
const SAMPLE_INTERVAL_MS = 20;

/**
 * Sends `amount` requests over ten keep-alive connections. Each connection waits for a response before it sends the
 * next request.
 *
 * @errors throws if a response is not 2xx: a variant that fails fast must not look fast
 */
export async function sendRequests(port: number, amount: number): Promise<void> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/hello/42`,
    connections: CONNECTIONS,
    amount,
    sampleInt: SAMPLE_INTERVAL_MS,
  });
  if (result['2xx'] !== amount) {
    throw new Error(`Expected ${amount} answers with 2xx, got ${result['2xx']} and ${result.errors} errors.`);
  }
}
