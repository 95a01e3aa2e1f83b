/// <reference lib="es2024.string" />
/**
 * A string that UTF-8 can hold: lone surrogates become U+FFFD.
 *
 * The master decodes strictly; on a bad byte it sends `reconnect` and handles the message before it a second time
 * (Locust runners.py, `client_listener`), so one broken name would count samples twice.
 */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}
