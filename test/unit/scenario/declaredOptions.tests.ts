import { declaredOptions, defineOptions, withDeclared } from '../../../src/scenario/declaredOptions.ts';

describe('declared options', () => {
  const options = defineOptions({
    tenant: { type: 'string', default: 'a', choices: ['a', 'b'], help: 'Whose', secret: true },
    size: { type: 'number', default: 3 },
    limit: { type: 'number' },
    token: { type: 'string' },
    verbose: { type: 'boolean' },
  });
  const told = declaredOptions(options) ?? [];
  const defaults = { tenant: 'a', size: 3, limit: null, token: null, verbose: false };

  it('are told as plain data, and only those that defineOptions made', () => {
    expect(told.slice(0, 2)).toEqual([
      { name: 'tenant', type: 'string', default: 'a', choices: ['a', 'b'], help: 'Whose', isSecret: true },
      { name: 'size', type: 'number', default: 3, choices: null, help: '', isSecret: false },
    ]);
    expect([declaredOptions({ vus: 10 }), declaredOptions(null), declaredOptions('x')]).toEqual([null, null, null]);
  });

  it.each([
    [{}, {}],
    [{ tenant: null, size: null, limit: '', token: '', verbose: '' }, { token: '' }],
    [{ tenant: 'b', size: 5, limit: 2.5, token: 't', verbose: true }, { tenant: 'b', size: 5, limit: 2.5, token: 't', verbose: true }],
    [{ tenant: 7, size: '4', limit: ' 9 ', token: ['x'], verbose: 'true' }, { tenant: '7', size: 4, limit: 9, token: '["x"]', verbose: true }],
    [{ size: 'many', limit: 'x', verbose: 'false', other: 1 }, { other: 1 }],
  ])('%j gives %j beside the defaults', (given, found) => {
    expect(withDeclared(given, told)).toEqual({ ...defaults, ...found });
  });

  it('leave the others alone', () => {
    const given = { a: 1 };
    expect(withDeclared(given, [])).toBe(given);
  });

  it.each([
    [{ basketSize: { type: 'number' } }, 'option basketSize expects a name of small letters, digits and _, as Python has them: basket_size'],
    [{ 'dry-run': { type: 'boolean' } }, 'as Python has them: dry_run'],
    [{ a: { type: 'text' } }, "option a expects the type 'string', 'number' or 'boolean', got \"text\""],
    [{ a: { type: 'string', default: 3 } }, 'option a expects a default that is a string, got 3'],
    [{ a: { type: 'number', default: Number.NaN } }, 'a default that is a number, got NaN'],
    [{ a: { type: 'number', choices: [] } }, 'choices that are a list of numbers'],
    [{ a: { type: 'boolean', choices: [true] } }, 'choices that are a list of booleans'],
    [{ a: { type: 'string', default: 'c', choices: ['a'] } }, 'a default that is one of its choices, got "c"'],
    [{ a: { type: 'string', help: 3 } }, 'a text as help, got 3'],
    [{ a: { type: 'string', secret: 'yes' } }, 'secret to be true or false'],
    [{ a: { type: 'string', required: true } }, 'expects type, default, choices, help, secret, got "required"'],
  ])('%j is refused', (wrong, message) => {
    expect(() => defineOptions(wrong as never)).toThrow(expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(message) as string }) as Error);
  });
});
