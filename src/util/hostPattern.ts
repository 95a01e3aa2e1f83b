/**
 * Hosts by name or network, as `NO_PROXY` and `--allow-host` list them (curl's manual, `NO_PROXY`; RFC 4632, RFC 4291 §2.3).
 *
 *   shop.example      a name             10.0.0.7, ::1, [::1]    an address
 *   .shop.example     names below it     10.0.0.0/8, fd00::/8    a network
 *   *.shop.example    the same           any of them with :8080, an IPv6 address then in brackets: that port only
 *   *                 every host
 */
import { BlockList, isIP } from 'node:net';

export type HostPattern = {
  /** Lower case, without a dot at its end; null for a network. */
  readonly name: string | null;
  /** Also (or, of `.shop.example`, only) names that end with a dot and `name`. */
  readonly isSuffix: boolean;
  /** null for a name. */
  readonly network: BlockList | null;
  /** null for every port. */
  readonly port: number | null;
};

/** What `written` stands for; null when it is none of the forms above. */
export function parseHostPattern(written: string): HostPattern | null {
  const [, bracketed, named, onlyPort] = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/u.exec(written) ?? [];
  const text = bracketed ?? named ?? written; // bare IPv6 has colons of its own
  const port = onlyPort === undefined ? null : Number(onlyPort);
  const [address = '', prefix] = text.split('/');
  const family = isIP(address);
  if (family !== 0) {
    const network = networkOf(address, family, prefix);
    return network === null ? null : { name: null, isSuffix: false, network, port };
  }
  if (bracketed !== undefined || text.includes(':') || text.includes('/')) return null;
  const isSuffix = /^\*?\./u.test(text);
  const name = asciiName(isSuffix ? text.replace(/^\*?\./u, '') : text);
  return name === null ? null : { name, isSuffix, network: null, port };
}

/** True for `host` (a name or an address, without brackets) and `port` when the pattern means them. */
export function isHostOf(pattern: HostPattern, host: string, port: number): boolean {
  if (pattern.port !== null && pattern.port !== port) return false;
  const family = isIP(host);
  if (pattern.network !== null) return family !== 0 && pattern.network.check(host, family === 6 ? 'ipv6' : 'ipv4');
  if (pattern.name === '*') return true;
  const name = host.toLowerCase().replace(/\.$/u, '');
  return pattern.isSuffix ? name.endsWith(`.${pattern.name ?? ''}`) : name === pattern.name;
}

/** Host (a name or an address, without brackets) and port of a URL: the scheme's own port, where it names none. */
export function hostPortOf({ hostname, port, protocol }: URL): { readonly host: string; readonly port: number } {
  return { host: hostname.replace(/^\[(.*)\]$/u, '$1'), port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

function networkOf(address: string, family: number, prefix: string | undefined): BlockList | null {
  const network = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (prefix === undefined) {
    network.addAddress(address, kind);
    return network;
  }
  const prefixBits = /^\d{1,3}$/u.test(prefix) ? Number(prefix) : Infinity;
  if (prefixBits > (family === 6 ? 128 : 32)) return null;
  network.addSubnet(address, prefixBits, kind);
  return network;
}

/** As a URL has it: lower case, letters beyond ASCII as `xn--…`; null for what can be no name. */
function asciiName(text: string): string | null {
  if (text === '*') return text;
  const bare = text.replace(/\.$/u, '');
  return /^[^\s/?#@\\*]+$/u.test(bare) && URL.canParse(`http://${bare}`) ? new URL(`http://${bare}`).hostname : null;
}
