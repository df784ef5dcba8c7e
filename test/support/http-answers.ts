/** One HTTP/1.1 answer as it came over the wire. Headers that came several times are joined with a comma. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Uint8Array;
}

/**
 * Cuts what a connection received into its answers, given the method of each request in order: an answer to HEAD names a
 * length and has no body. An answer that is cut off is a fault. Informational answers (1xx) are left out.
 */
export function splitAnswers(received: Buffer, methods: readonly string[]): HttpAnswer[] {
  const answers: HttpAnswer[] = [];
  let rest = received;
  while (rest.length > 0) {
    const { answer, length } = firstAnswer(rest, methods[answers.length] ?? 'GET');
    rest = rest.subarray(length);
    if (answer.status >= 200) answers.push(answer);
  }
  return answers;
}

function firstAnswer(bytes: Buffer, method: string): { readonly answer: HttpAnswer; readonly length: number } {
  const headLength = bytes.indexOf('\r\n\r\n') + 4;
  if (headLength < 4) throw new Error(`Expected the head of an answer, got ${JSON.stringify(bytes.toString())}`);
  const { status, headers } = readHead(bytes.toString('latin1', 0, headLength - 4));
  const hasBody = method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
  const { body, length } = hasBody
    ? readBody(bytes.subarray(headLength), headers)
    : { body: Buffer.alloc(0), length: 0 };
  return { answer: { status, headers, body: body.toString(), bytes: body }, length: headLength + length };
}

function readHead(head: string): Pick<HttpAnswer, 'status' | 'headers'> {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3}) ?/.exec(statusLine)?.[1];
  if (status === undefined) throw new Error(`Expected a status line, got ${JSON.stringify(statusLine)}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return { status: Number(status), headers };
}

interface Body {
  readonly body: Buffer;
  /** What the body takes on the wire, its framing included. */
  readonly length: number;
}

function readBody(bytes: Buffer, headers: HttpAnswer['headers']): Body {
  if (headers['transfer-encoding']?.endsWith('chunked')) return readChunks(bytes);
  const length = Number(headers['content-length'] ?? bytes.length);
  if (bytes.length < length) throw new Error(`Expected a body of ${length} bytes, got ${bytes.length}`);
  return { body: bytes.subarray(0, length), length };
}

function readChunks(bytes: Buffer): Body {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (lineEnd < 0 || Number.isNaN(size) || end > bytes.length) throw new Error('A chunked body is cut off');
    if (size === 0) return { body: Buffer.concat(chunks), length: end };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = end;
  }
}
