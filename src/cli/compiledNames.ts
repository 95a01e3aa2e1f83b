/**
 * Gives classes and private methods of a compiled scenario the names that their author wrote. esbuild compiles decorators away
 * and renames what it moves, `_Shopper` and `pay_fn`; V8 puts these names into every trace.
 *
 * No column moves but in the head of a class, and no line.
 */

/** `var _Shopper = class _Shopper`: its own name shadows nothing, since all that meant the class means `_Shopper` by now. */
const renamedClass = /\b(?:var|let|const) _(\w+) = class _\1(?= |\{)/gu;
/** `pay_fn = async function() {`, at the top of a module: a private method, or accessor, that was moved out of its class. */
const movedMethod = /^((\w+?)_(fn|get|set)\d*) = (?:async )?function\*?\(/gmu;
const written = { fn: '#', get: 'get #', set: 'set #' };

/** `code` of a module as esbuild made it. */
export function withWrittenNames(code: string): string {
  const classes = code.replace(renamedClass, (declaration, name: string) =>
    code.includes(` = _${name};`) ? `${declaration.slice(0, -name.length - 1)} ${name}` : declaration,
  );
  const methods = Array.from(code.matchAll(movedMethod)).flatMap(([, variable = '', name = '', kind]) => (isPrivate(code, variable) ? [`[${variable}, '${written[kind as keyof typeof written]}${name}']`] : []));
  if (methods.length === 0) return classes;
  // Behind all else, as the methods are assigned at the end of their classes; the map's comment stays the last line.
  const naming = `for (const [method, value] of [${methods.join(', ')}]) Object.defineProperty(method, 'name', { value });\n`;
  const mapAt = classes.lastIndexOf('//# sourceMappingURL=');
  return mapAt < 0 ? `${classes}\n${naming}` : `${classes.slice(0, mapAt)}${naming}${classes.slice(mapAt)}`;
}

/** As the helpers are called that reach it; a scenario's own function of such a name is not. */
function isPrivate(code: string, variable: string): boolean {
  return new RegExp(`__private(?:Method|Get|Set)\\([^;]*, ${variable}\\)`, 'u').test(code);
}
