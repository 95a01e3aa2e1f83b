/** The types of rows, checked by the compiler: each `Same` is a compile error when it is not true. */
import { feed, type Feeder, type User } from '../../../../src/index.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type RowOf<F> = F extends Feeder<infer Row> ? Row : never;

test('rows have the types that the author named', () => {
  const logins = feed.csv('logins.csv', { columns: ['user', 'password'], order: 'unique', workers: 'master' });
  const texts = feed.csv('logins.csv');
  const items = feed.json<{ readonly id: number }>('items.json');
  const unknowns = feed.json('items.json');
  const guarded = feed.json('items.json', { isRow: (row): row is string => typeof row === 'string' });
  const list = feed.array([{ id: 1, name: 'x' }, { id: 2, name: 'y' }], { order: 'shuffle', whenUsedUp: 'stopTest' });
  const typed: readonly { readonly id: number }[] = [{ id: 1 }];
  const fromTyped = feed.array(typed);
  const checks: readonly [
    Same<RowOf<typeof logins>, Record<'user' | 'password', string>>,
    Same<RowOf<typeof texts>, Record<string, string>>,
    Same<RowOf<typeof items>, { readonly id: number }>,
    Same<RowOf<typeof unknowns>, unknown>,
    Same<RowOf<typeof guarded>, string>,
    Same<RowOf<typeof fromTyped>, { readonly id: number }>,
  ] = [true, true, true, true, true, true];
  const draw = async (user: User): Promise<readonly [string, number, 1 | 2]> => {
    const { password } = await logins.next(user);
    const { id } = items.nextNow(user);
    return [password, id, (await list.next(user)).id];
  };
  expect([checks.every(Boolean), typeof draw]).toEqual([true, 'function']);
  expect([texts, unknowns, guarded, fromTyped].map(({ name }) => name)).toEqual(['logins.csv', 'items.json', 'items.json', 'array']);
});

test('what cannot be is a compile error', () => {
  const refused: readonly (() => unknown)[] = [
    // @ts-expect-error unique rows cannot begin again
    () => feed.array([1], { order: 'unique', whenUsedUp: 'wrap' }),
    // @ts-expect-error random rows have no end
    () => feed.array([1], { order: 'random', whenUsedUp: 'wait' }),
    // @ts-expect-error only unique rows are shared over workers
    () => feed.array([1], { order: 'shuffle', workers: 2 }),
  ];
  for (const make of refused) expect(make).toThrow('expects');
});
