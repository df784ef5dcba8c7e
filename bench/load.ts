import autocannon from 'autocannon';

const CONNECTIONS = 10;

/** How often autocannon looks whether it is done; by default once a second, several times what a slice takes. */
const SAMPLE_INTERVAL_MS = 20;

/**
 * Sends `amount` requests over ten connections that stay open, each waiting for its answer before the next request.
 *
 * @errors throws when one of them was not answered with 2xx: a variant that fails fast must not look fast
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
