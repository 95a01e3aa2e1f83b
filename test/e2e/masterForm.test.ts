/** Locust's web interface as a person sees it, in a browser, with the locustfile that `boomer-node locustfile` makes. */
import { Chromium, chromiumTest } from '../support/chromium.ts';
import { MadeLocustfile } from '../support/locustfile.ts';
import { until } from '../support/until.ts';
import { Scene, stopTimeout } from './scene.ts';

const scenario = 'test/fixtures/clusterForm.ts';

/** What the page defines for the steps below: React hears of a value only through the setter of the element's own kind. */
const helpers = `
window.field = (name) => document.querySelector('form [name=' + name + ']');
window.fill = (name, value) => {
  const element = field(name);
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set.call(element, value);
  element.dispatchEvent(new Event(element.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
};
window.press = (text) => [...document.querySelectorAll('button, [role=tab]')].find((element) => element.innerText.toLowerCase() === text).click();
window.rowOf = (name) => [...document.querySelectorAll('tr')].find((row) => row.innerText.includes(name));
`;

/** Cells of a table's rows, in words. */
const rows = "[...document.querySelectorAll('tr')].map((row) => [...row.cells].slice(0, 3).map((cell) => cell.innerText))";

chromiumTest("the form has the scenario's options and host, runs just the classes and tasks that are chosen, and Ratio shows these", async () => {
  await using made = await MadeLocustfile.of(scenario);
  await using scene = await Scene.open({ scenario, classes: [], locustfile: made.path, masterFlags: [...stopTimeout, '--class-picker'] });
  await using chromium = await Chromium.start(scene.processes);
  await chromium.open(`${scene.master.uiUrl}/`);
  await until('the form is there', async () => await chromium.evaluate<boolean>("document.querySelector('form [name=tenant]') !== null"));
  await chromium.evaluate(helpers);

  // What the scenario says stands in the form.
  const values = await chromium.evaluate("Object.fromEntries(['host', 'tenant', 'basketSize', 'token'].map((name) => [name, [field(name).value, field(name).type]]))");
  expect(values).toEqual({ host: [scene.target.url, 'text'], tenant: ['acme', 'select-one'], basketSize: ['3', 'text'], token: ['hush', 'password'] });
  expect(await chromium.evaluate("[field('verbose').checked, [...field('tenant').options].map((option) => option.value), document.body.innerText.includes('Whose shop')]")).toEqual([false, ['acme', 'umbrella'], true]);
  expect(await chromium.evaluate("['Clerk', 'Shopper'].map((name) => rowOf(name).innerText.trim().split(/\\s+/))")).toEqual([['Clerk'], ['Shopper', 'http://shop.example']]);

  // Of Shopper's tasks all but one, of the classes all but one, and other options.
  await chromium.evaluate("rowOf('Shopper').querySelector('button').click()");
  await until('the tasks are shown', async () => await chromium.evaluate<boolean>("document.querySelector('select[name=tasks]') !== null"));
  expect(await chromium.evaluate("[...new Set([...document.querySelector('select[name=tasks]').options].map((option) => option.value))]")).toEqual(['item', 'home', 'checkout']);
  await chromium.evaluate("[...document.querySelector('select[name=tasks]').options].forEach((option) => { option.selected = option.value !== 'item'; }); press('save')");
  await until('the choice is saved', async () => await chromium.evaluate<boolean>("document.querySelector('select[name=tasks]') === null"));
  await chromium.evaluate("rowOf('Clerk').querySelector('input').click()");
  await chromium.evaluate("for (const [name, value] of [['userCount', '4'], ['spawnRate', '4'], ['tenant', 'umbrella'], ['basketSize', '7']]) fill(name, value); press('start')");
  await scene.master.waitForUsers(4);

  // Users do something, and nothing else than what was chosen.
  const expected = ['basket', 'home', 'pay'].map((name) => ['umbrella 7', name]);
  const shown = async (): Promise<readonly (readonly string[])[]> => (await chromium.evaluate<string[][]>(rows)).filter(([type]) => type?.startsWith('umbrella'));
  await until('the table has all rows with requests', async () => {
    const seen = await shown();
    return seen.length === expected.length && seen.every(([, , requests]) => Number(requests) > 3);
  });
  expect((await shown()).map(([type, name]) => [type, name])).toEqual(expected);
  expect((await scene.master.stats()).stats.slice(0, -1).map(({ method, name }) => [method, name]).sort()).toEqual(expected);

  await chromium.evaluate("press('current ratio')");
  const ratio = await until('the ratio is shown', async () => {
    const text = await chromium.evaluate<string>('document.body.innerText');
    return text.includes('Total Ratio') && text.slice(text.indexOf('Ratio Per Class'));
  });
  expect(ratio.split('Total Ratio').map((part) => [...part.matchAll(/([\d.]+)% (\w+)/gu)].map(([, share, name]) => `${name} ${share}`))).toEqual([
    ['Shopper 100.0', 'checkout 50.0', 'basket 50.0', 'pay 50.0', 'home 50.0'],
    ['Shopper 100.0', 'checkout 50.0', 'basket 25.0', 'pay 25.0', 'home 50.0'],
  ]);
}, 180_000);
