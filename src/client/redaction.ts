/**
 * Takes secrets out of what is shown of a request to people.
 */

const secretName = /auth|cookie|token|secret|session|passw|passphrase|credential|signature|api.?key|private.?key|access.?key|^key$|-key$|_key$|jwt|csrf|xsrf|\bpin\b|otp/iu;

export const redacted = '[redacted]';

/** A header, cookie, field or parameter whose value is nobody's business. */
export function isSecret(name: string): boolean {
  return secretName.test(name);
}

/** The URL with the values of secret parameters of its query taken out. */
export function redactUrl(url: string): string {
  return url.replace(/([?&])([^=&#]+)=([^&#]*)/gu, (whole, separator: string, name: string) => (isSecret(name) ? `${separator}${name}=${redacted}` : whole));
}

/** Text with the values of secret JSON members and form fields taken out, also of a value that the text cuts off. */
export function redactText(text: string): string {
  return text
    .replace(/"([^"\\]{1,80})"(\s*:\s*)(?:"(?:[^"\\]|\\.)*(?:"|$)|[^\s",{}[\]]+)/gu, (whole, name: string, colon: string) => (isSecret(name) ? `"${name}"${colon}"${redacted}"` : whole))
    .replace(/(^|&)([\w.%[\]-]{1,80})=([^&\s]*)/gu, (whole, separator: string, name: string) => (isSecret(name) ? `${separator}${name}=${redacted}` : whole));
}
