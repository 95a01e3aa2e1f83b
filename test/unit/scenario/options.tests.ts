import { requiredOption } from '../../../src/scenario/environment.ts';

const options = { tenant: 'acme', basket_size: 0, dry_run: false, empty: '', unset: null };

it.each([
  ['tenant', 'acme'],
  ['basket_size', 0],
  ['dry_run', false],
  ['empty', ''],
])('gives the value of %s, whatever it is', (name, value) => {
  expect(requiredOption(options, name)).toBe(value);
});

it.each([
  ['customer', 'there is no option customer: add it to the master\'s locustfile, parser.add_argument("--customer") in a listener of init_command_line_parser'],
  ['apiKey', 'there is no option apiKey: add it to the master\'s locustfile, parser.add_argument("--api-key") in a listener of init_command_line_parser'],
  ['tenat', "there is no option tenat: did you mean 'tenant'?"],
  ['basketSize', "there is no option basketSize: options have Python's names, write 'basket_size'"],
  ['dry-run', "there is no option dry-run: options have Python's names, write 'dry_run'"],
  ['unset', 'option unset has no value: add it to the master\'s locustfile, parser.add_argument("--unset") in a listener of init_command_line_parser'],
])('says what to do about %s', (name, message) => {
  expect(() => requiredOption(options, name)).toThrow(expect.objectContaining({ code: 'missing-option', message }) as Error);
});

it('names the flag in a run without a master', () => {
  expect(() => requiredOption({ headless: true }, 'apiKey')).toThrow('there is no option apiKey: give it with --option api_key=VALUE');
});
