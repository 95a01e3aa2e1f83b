/** Recorded traffic of any kind: what a file is, its content says, not its name. */
import { AnswerTexts, SampledExchanges, SessionWalks, WalkExchanges } from './keptExchanges.ts';
import { DescriptionNames, isOpenApi, readOpenApi } from './openApi/openApi.ts';
import { Content, type TrafficFile } from './readers/content.ts';
import { isCurl, readCurl } from './readers/curl.ts';
import { isGor } from './readers/gor.ts';
import { isHarJson } from './readers/har.ts';
import { fieldsOf, parseJson, parseYaml } from './readers/structuredText.ts';
import { exchangesIn, streamedKind, type StreamedKind } from './readers/openExchanges.ts';
import { environmentValues, isEnvironment, isPostman, readPostman } from './readers/postman.ts';
import { unreadableTraffic, type Pair, type Recording, type StreamNotes } from './recording.ts';

/** A file that has been read, or looked into: Postman's environments are for the collections, which come before or behind them. */
type Read = { readonly kind: 'recording'; readonly recording: Recording } | { readonly kind: 'environment' | 'collection'; readonly json: unknown; readonly source: string };

/** All files; Postman's environments among them are for the collections. Rejects with a BoomerError that has the line or entry for what cannot be read. */
export async function readAllTraffic(files: readonly TrafficFile[]): Promise<readonly Recording[]> {
  const found: Read[] = [];
  const names = new DescriptionNames();
  for (const file of files) found.push(await read(file, names));
  const environment = found.flatMap((own): readonly Pair[] => (own.kind === 'environment' ? environmentValues(own.json) : []));
  const recordings = found.flatMap((own) => {
    if (own.kind === 'recording') return [own.recording];
    return own.kind === 'collection' ? [readPostman(own.json, own.source, environment)] : [];
  });
  if (recordings.length === 0 && files[0] !== undefined) throw unreadableTraffic(files[0].source, null, 'an environment of Postman without a collection: name both');
  return recordings;
}

async function read(file: TrafficFile, names: DescriptionNames): Promise<Read> {
  const { source } = file;
  const content = await Content.open(file);
  try {
    const start = content.start.toString().trimStart();
    if (content.start.length === 0 || (start === '' && content.isAll)) throw unreadableTraffic(source, null, 'the file is empty');
    // Descriptions may show how to call curl, or what a server logs, and a capture may have either in it, but nothing begins as a capture does.
    const isWhole = !isGor(content.start) && (isDescription(start) || isCurl(start.slice(0, 20_000)));
    const kind = isWhole ? null : streamedKind(content.start);
    return kind === null ? await readText(await content.text(source), file, names) : { kind: 'recording', recording: await streamed(content, kind, source) };
  } catch (cause) {
    // Of all that recurs, depth alone can be too much.
    if (cause instanceof RangeError) throw unreadableTraffic(source, null, 'it is nested too deeply', cause);
    throw cause;
  } finally {
    await content.close();
  }
}

function isDescription(text: string): boolean {
  return /^(?:['"]?(?:openapi|swagger)['"]?)\s*:/mu.test(text);
}

async function readText(text: string, file: TrafficFile, names: DescriptionNames): Promise<Read> {
  const { source } = file;
  const start = text.slice(0, 20_000).trimStart();
  if (isDescription(start)) return { kind: 'recording', recording: await readOpenApi(parseYaml(text, source), file, names) };
  if (/^[{[]/u.test(start)) return await readJson(parseJson(text, source), file, names);
  if (isCurl(text)) return { kind: 'recording', recording: readCurl(text, source) };
  throw unreadableTraffic(source, 'line 1', `what this is cannot be told: ${expected}`);
}

const expected = 'expected a HAR, curl commands, a Postman collection, an OpenAPI description, a capture of GoReplay or an access log';

async function readJson(json: unknown, file: TrafficFile, names: DescriptionNames): Promise<Read> {
  const { source } = file;
  // One that has something before its log, which nobody has seen so far.
  if (isHarJson(json)) return { kind: 'recording', recording: await reopened(file) };
  if (isOpenApi(json)) return { kind: 'recording', recording: await readOpenApi(json, file, names) };
  if (isPostman(json)) return { kind: 'collection', json, source };
  if (isEnvironment(json)) return { kind: 'environment', json, source };
  // Exported by Postman's API, it is in a wrapper.
  const { collection } = fieldsOf(json);
  if (isPostman(collection)) return { kind: 'collection', json: collection, source };
  throw unreadableTraffic(source, null, `this JSON is of no kind that is known here: ${expected}`);
}

async function reopened(file: TrafficFile): Promise<Recording> {
  const content = await Content.open(file);
  try {
    return await streamed(content, 'HAR', file.source);
  } finally {
    await content.close();
  }
}

/** Of a HAR all that one person did, of what many people sent some of each row. */
async function streamed(content: Content, kind: StreamedKind, source: string): Promise<Recording> {
  const notes: StreamNotes = { kind, remarks: [] };
  const texts = new AnswerTexts(true);
  const exchanges = kind === 'HAR' ? new WalkExchanges() : new SampledExchanges(texts);
  const walks = new SessionWalks(texts);
  let failed = 0;
  for await (const exchange of exchangesIn(content, kind, source, notes)) {
    // Nobody knows what was wrong with it: logs have neither bodies nor headers.
    if (kind === 'access log' && exchange.answer !== null && exchange.answer.status >= 400) failed += 1;
    else {
      exchanges.add(exchange);
      if (kind !== 'HAR') walks.add(exchange);
    }
  }
  const remarks = [...(failed === 0 ? [] : [`${failed} answered with 400 and more`]), ...exchanges.remarks, ...walks.remarks, ...texts.remarks, ...notes.remarks];
  return { source, kind: notes.kind, isWalk: kind === 'HAR', isChosen: false, exchanges: exchanges.all, walks: walks.all, description: null, remarks };
}
