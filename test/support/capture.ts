/** A capture of GoReplay that a test writes down. */

/** A request, so many milliseconds from the beginning; GET unless it says otherwise. */
export type CapturedRequest = {
  readonly atMs: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

const beganMs = 1_764_410_400_000;

/** As `gor --output-file` writes it. */
export function capture(requests: readonly CapturedRequest[]): Buffer {
  const pieces = requests.flatMap(({ atMs, path, method = 'GET', headers = {}, body = '' }, index) => {
    const bytes = Buffer.from(body);
    const lines = Object.entries({ host: 'shop.example', ...headers, ...(bytes.length === 0 ? {} : { 'content-length': String(bytes.length) }) }).map(([name, value]) => `${name}: ${value}\r\n`);
    const nanoseconds = BigInt(beganMs) * 1_000_000n + BigInt(Math.round(atMs * 1e6));
    return [Buffer.from(`1 ${index.toString(16).padStart(24, '0')} ${nanoseconds} 0\n${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), bytes, Buffer.from('\n🐵🙈🙉\n')];
  });
  return Buffer.concat(pieces);
}
