/**
 * Names that a scenario's author probably got wrong: Locust's spelling, or an instance field that had to be static and
 * the other way round. Nothing would happen with them, so somebody should say so.
 */

/** Locust's names of what a user class or task set may have, and ours. */
const ourNames: ReadonlyMap<string, string> = new Map([
  ['on_start', 'onStart'],
  ['on_stop', 'onStop'],
  ['wait_time', 'waitTime'],
  ['min_wait', 'waitTime = between(minSec, maxSec)'],
  ['max_wait', 'waitTime = between(minSec, maxSec)'],
  ['fixed_count', 'static fixedCount'],
]);
const staticNames = ['weight', 'fixedCount', 'tasks', 'abstract'];

/** What is odd about a class and its ancestors, in sentences; `base` and what is above it are ours. */
export function misspeltOfClass(owner: { readonly name: string; readonly prototype: object }, base: object): string[] {
  const advice: string[] = [];
  for (let current: object | null = owner; typeof current === 'function' && current !== base; current = Object.getPrototypeOf(current) as object | null) {
    const { name, prototype } = current as unknown as typeof owner;
    for (const member of [...Object.getOwnPropertyNames(current), ...Object.getOwnPropertyNames(prototype)]) {
      const ours = ourNames.get(member);
      if (ours !== undefined) advice.push(inLocustsSpelling(name, member, ours));
    }
    if (Object.hasOwn(current, 'waitTime')) advice.push(`static waitTime of ${name} has no effect: make it an instance field, waitTime = …`);
  }
  return advice;
}

/** What is odd about the fields of a user or task set. */
export function misspeltOfInstance(instance: object, className: string): string[] {
  return Object.keys(instance).flatMap((field) => {
    const ours = ourNames.get(field);
    if (ours !== undefined) return [inLocustsSpelling(className, field, ours)];
    return staticNames.includes(field) ? [`${field} of ${className} has no effect as an instance field: make it static, static ${field} = …`] : [];
  });
}

function inLocustsSpelling(className: string, member: string, ours: string): string {
  return `${className}.${member} is Locust's spelling and has no effect here: did you mean ${ours}?`;
}
