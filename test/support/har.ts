/** Small HTTP archives, as browsers write them. */

export type HarEntry = {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly mimeType: string; readonly text?: string; readonly encoding?: 'base64'; readonly params?: readonly unknown[] };
  readonly status?: number;
  readonly answer?: string;
  readonly type?: string;
  readonly answerHeaders?: readonly (readonly [string, string])[];
  /** Seconds from the recording's start. */
  readonly at?: number;
  readonly page?: string;
  readonly resource?: string;
};

const pairs = (headers: readonly (readonly [string, string])[]): readonly { name: string; value: string }[] => headers.map(([name, value]) => ({ name, value }));

/** One of Chromium's kind; each request takes 100 ms. */
export function har(entries: readonly HarEntry[], creator = 'WebInspector'): string {
  const start = Date.parse('2026-11-29T10:00:00Z');
  return JSON.stringify({
    log: {
      version: '1.2',
      creator: { name: creator, version: '1' },
      pages: [...new Set(entries.flatMap(({ page }) => page ?? []))].map((id) => ({ id, title: `Page ${id}` })),
      entries: entries.map(({ method = 'GET', url, headers = {}, body, status = 200, answer = '', type = 'text/html', answerHeaders = [], at = 0, page, resource }) => ({
        startedDateTime: new Date(start + at * 1000).toISOString(),
        time: 100,
        pageref: page,
        _resourceType: resource,
        request: { method, url, headers: pairs(Object.entries(headers)), ...(body === undefined ? {} : { postData: body }) },
        response: { status, headers: pairs(answerHeaders), content: { mimeType: type, text: answer } },
      })),
    },
  });
}
