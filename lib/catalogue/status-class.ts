/** The classes of status codes; what a server may send besides them is `_OTHER`. */
export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', '_OTHER'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

export function statusClassOf(status: number): StatusClass {
  return status < 600 ? (STATUS_CLASSES[Math.trunc(status / 100) - 1] ?? '_OTHER') : '_OTHER';
}
