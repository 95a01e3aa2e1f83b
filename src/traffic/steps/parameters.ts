/** Parameters of a described request that are in no object of their own when it is sent, such as those of a path: constants before it, so that they have a type. */
import { identifier, Names, type Code, type Parts } from '../writer/code.ts';
import { urlEncoded } from '../recording.ts';
import type { Slot, SlotPair, Step } from './step.ts';

/** `const { id } = { id: 7 } satisfies GetItemPath;` */
export type ParameterConstants = { readonly type: string; readonly fields: readonly { readonly name: string; readonly variable: string; readonly slot: Slot }[] };

/** What stands before a request, and what its segments and cookies become. */
export type DescribedParameters = { readonly constants: readonly ParameterConstants[]; readonly cookies: readonly (readonly [name: string, value: Slot | Code])[]; readonly replaced: ReadonlyMap<Slot, Parts> };

/** `taken`: names that the scenario has for something else. */
export function describedParameters(step: Step, taken: Iterable<string>): DescribedParameters {
  const { described } = step.visit;
  const names = new Names(taken);
  const constantsOf = (pairs: readonly SlotPair[], type: string | null | undefined): ParameterConstants | null =>
    type === null || type === undefined || pairs.length === 0 ? null : { type, fields: pairs.map(([name, slot]) => ({ name, variable: names.free(identifier(name, 'value')), slot })) };
  const path = constantsOf(step.parameters.path, described?.types.path);
  const cookies = constantsOf(step.parameters.cookies, described?.types.cookies);
  return {
    constants: [path, cookies].filter((constants) => constants !== null),
    cookies: cookies === null ? step.parameters.cookies : cookies.fields.map(({ name, variable, slot }) => [name, codeOf(variable, slot)] as const),
    replaced: path === null ? new Map() : new Map([...(described?.segments ?? [])].flatMap(([index, pieces]) => {
      const segment = step.path[index];
      return segment === undefined ? [] : [[segment, pieces.map((piece) => (typeof piece === 'string' ? urlEncoded(piece) : pathCode(path, piece.parameter)))] as const];
    })),
  };
}

function codeOf(variable: string, { value }: Slot): Code {
  return { code: variable, type: typeof value === 'number' ? 'number' : 'string' };
}

/** Encoded where that makes a difference. */
function pathCode({ fields }: ParameterConstants, parameter: string): Parts[number] {
  const found = fields.find(({ name }) => name === parameter);
  if (found === undefined) return '';
  const { variable, slot } = found;
  return urlEncoded(String(slot.value)) === String(slot.value) ? codeOf(variable, slot) : { code: `encodeURIComponent(${variable})`, type: 'string' };
}
