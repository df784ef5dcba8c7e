/**
 * Charsets that have a label value of their own: those that web applications send, in lower case as Django's
 * `DEFAULT_CHARSET`.
 */
const CHARSETS = [
  'utf-8',
  'us-ascii',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'koi8-r',
  'utf-16',
  'utf-16le',
  'gbk',
  'gb2312',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'euc-kr',
] as const;

export type CharsetLabel = (typeof CHARSETS)[number] | '_OTHER';

/**
 * By what a response names. Django counts a response that names none under its default, images and empty ones too.
 */
const LABELS: ReadonlyMap<string | undefined, CharsetLabel> = new Map<string | undefined, CharsetLabel>([
  [undefined, 'utf-8'],
  ['utf8', 'utf-8'],
  ['latin1', 'iso-8859-1'],
  ['ascii', 'us-ascii'],
  ...CHARSETS.map((charset) => [charset, charset] as const),
]);

/** The label value of the charset of a response. */
export function charsetLabel(charset: string | undefined): CharsetLabel {
  return LABELS.get(charset) ?? '_OTHER';
}
