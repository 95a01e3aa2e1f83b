/**
 * Which bytes may stand where in an HTTP/1.1 message (RFC 9110 §5.5, §5.6.2), as tables.
 */
/** HT */
export const tab = 0x09;
/** LF */
export const lineFeed = 0x0a;
/** CR */
export const carriageReturn = 0x0d;
/** SP */
export const space = 0x20;
/** `"` */
export const quote = 0x22;
/** `,` */
export const comma = 0x2c;
/** `0` */
export const digit0 = 0x30;
/** `9` */
export const digit9 = 0x39;
/** `:` */
export const colon = 0x3a;
/** `;` */
export const semicolon = 0x3b;
/** `=` */
export const equalsSign = 0x3d;
/** `\` */
export const backslash = 0x5c;

/** 1 for the bytes of a token: names of headers, methods. */
export const isTokenByte: Uint8Array = tableOf((byte) => /[\w!#$%&'*+.^`|~-]/u.test(String.fromCharCode(byte)));

/** 1 for the bytes of a header's value: all but control characters. */
export const isValueByte: Uint8Array = tableOf((byte) => byte === tab || (byte >= space && byte !== 0x7f));

/** The value of a hexadecimal digit; 255 for what is none. */
export const hexValue: Uint8Array = new Uint8Array(256).map((_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? 255 : value;
});

/** True when the bytes from `start` on are `lowerCase` in any case; `lowerCase` holds letters, digits and hyphens. */
export function isWord(bytes: Uint8Array, start: number, lowerCase: string): boolean {
  for (let at = 0; at < lowerCase.length; at += 1) {
    if (((bytes[start + at] ?? 0) | 0x20) !== lowerCase.charCodeAt(at)) return false;
  }
  return true;
}

/** Bytes as Latin-1. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function tableOf(isAllowed: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (byte < 256 && isAllowed(byte) ? 1 : 0));
}
