/** URLs as people write them: without a scheme, or with a host that a variable holds. */
import { hole, unknownOrigin } from '../recording.ts';

const variableScheme = new RegExp(`^${hole.start}[^${hole.end}]*${hole.end}://`, 'u');

/** The URL, absolute and without its fragment, `unknownOrigin` standing for a host that is not known; null for what is no http(s) URL. */
export function urlFrom(written: string): string | null {
  // Of a scheme that a variable holds nobody knows more than of the host.
  const trimmed = written.trim().replace(variableScheme, 'http://');
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//iu.test(trimmed) ? trimmed : trimmed.startsWith('/') ? unknownOrigin + trimmed : `http://${trimmed}`;
  const [, authority = '', rest = ''] = /^[^:]+:\/\/([^/?#]*)(.*)$/su.exec(withScheme) ?? [];
  // A variable for all of it has scheme and host, and perhaps the beginning of the path.
  const [url = ''] = (authority.includes(hole.start) || withScheme.startsWith(hole.start) ? unknownOrigin + rest : withScheme).split('#', 1);
  return URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol) ? url : null;
}
