import { rowsOf, format } from './fileRows.ts';

const csv = (text: string | Buffer, options: Parameters<typeof format>[0] = {}): readonly unknown[] => rowsOf('logins.csv', Buffer.from(text as string), format(options));

test('rows are texts by the names of the header', () => {
  expect(csv('user,password\nada,1815\nalan,1912\n')).toEqual([
    { user: 'ada', password: '1815' },
    { user: 'alan', password: '1912' },
  ]);
});

test('Windows line ends, no last line end, empty lines between rows', () => {
  expect(csv('user,password\r\nada,1\r\n\r\nalan,2')).toEqual([
    { user: 'ada', password: '1' },
    { user: 'alan', password: '2' },
  ]);
});

test.each([
  ['LF first', 'user,password\nada,1\r\nalan,2\r\n'],
  ['CRLF first', 'user,password\r\nada,1\nalan,2\n'],
  ['CR first', 'user,password\rada,1\nalan,2\r\n'],
  ['a CR that was doubled on the way', 'user,password\r\r\nada,1\r\r\nalan,2\r\r\n'],
  ['in UTF-16', Buffer.from('\ufeffuser,password\nada,1\r\nalan,2\r\n', 'utf16le')],
  ['in UTF-16 of the other order', Buffer.from('\ufeffuser,password\nada,1\r\nalan,2\r\n', 'utf16le').swap16()],
])('no line end becomes part of a cell where they are mixed: %s', (_, content) => {
  expect(csv(content)).toEqual([
    { user: 'ada', password: '1' },
    { user: 'alan', password: '2' },
  ]);
});

test('line ends within quotes stay as they are', () => {
  expect(csv('a,b\r\n"x\r\ny","p\rq"\n')).toEqual([{ a: 'x\r\ny', b: 'p\rq' }]);
});

test('quoted cells hold delimiters, quotes and line breaks', () => {
  expect(csv('a,b\n"x, y","say ""hi""\nthere"\n')).toEqual([{ a: 'x, y', b: 'say "hi"\nthere' }]);
});

test('quotes are letters when they mean nothing', () => {
  expect(csv('a,b\n5" pipe,"x\n', { quote: null })).toEqual([{ a: '5" pipe', b: '"x' }]);
});

test('a byte order mark is no part of the first name, and names the encoding', () => {
  expect(csv('\ufeffuser\nä\n')).toEqual([{ user: 'ä' }]);
  expect(csv(Buffer.from('\ufeffuser\nä\n', 'utf16le'))).toEqual([{ user: 'ä' }]);
});

test('other encodings when named, and a hint when not', () => {
  const bytes = Buffer.from('user\nJosé\n', 'latin1');
  expect(csv(bytes, { encoding: 'latin1' })).toEqual([{ user: 'José' }]);
  expect(() => csv(bytes)).toThrow("logins.csv is not UTF-8: name its encoding, e.g. { encoding: 'latin1' }");
});

test('only the columns that are named are kept', () => {
  expect(csv('id,user,password\n1,ada,x\n', { columns: ['password', 'user'] })).toEqual([{ password: 'x', user: 'ada' }]);
});

test('without a header line the columns are named in order', () => {
  expect(csv('ada;1\nalan;2\n', { header: false, columns: ['user', 'pin'], delimiter: ';' })).toEqual([
    { user: 'ada', pin: '1' },
    { user: 'alan', pin: '2' },
  ]);
});

test.each([
  ['user,pin\nada,1\nalan,2,3\n', {}, 'logins.csv, line 3: expected 2 cells as in the first line, got 3'],
  ['user,pin\nada\n', {}, 'logins.csv, line 2: expected 2 cells as in the first line, got 1'],
  ['user\n"ada\nalan\n', {}, 'logins.csv, line 3: the file ends inside a quoted cell: expected a closing quote'],
  ['user\na"da\n', {}, 'logins.csv, line 2: a quote stands in the middle of a cell'],
  ['user\n"a"da\n', {}, 'logins.csv, line 2: a letter follows a closing quote'],
  ['user,pin\n', {}, 'logins.csv has no rows: expected a header line and at least one line of data'],
  ['', {}, 'logins.csv has no rows'],
  ['user,user\na,b\n', {}, 'logins.csv, line 1: column "user" is there twice'],
  ['user,pasword\na,b\n', { columns: ['user', 'password'] }, 'logins.csv, line 1: there is no column "password"; it has "user", "pasword". Did you mean "pasword"?'],
  ['user;pin\na;b\n', { columns: ['user'] }, 'it has "user;pin". Is the delimiter ";"? Then say { delimiter: ";" }'],
  ['a,b\n', { header: false, columns: ['user'] }, 'logins.csv, line 1: expected 1 cells (user), got 2'],
  ['__proto__\na\n', {}, 'logins.csv: a column cannot be named __proto__'],
])('%j with %j is refused', (text, options, message) => {
  expect(() => csv(text, options)).toThrow(message);
});

test('each draw is a new object, which the user may change', () => {
  const [first, again] = rowsOf('logins.csv', Buffer.from('user\nada\n'), format({}), [0, 0]);
  expect(first).toEqual(again);
  expect(first).not.toBe(again);
});
