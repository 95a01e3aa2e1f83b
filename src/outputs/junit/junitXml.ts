/**
 * The only owner of `xmlbuilder2`: JUnit's XML, as CI servers read it (testmoapp/junitxml describes the common form).
 */
import { create } from 'xmlbuilder2';

/** A `testsuite`. */
export type JunitSuite = {
  readonly name: string;
  readonly cases: readonly JunitCase[];
};

/** A `testcase`. */
export type JunitCase = {
  /** What groups cases in a CI's list. */
  readonly className: string;
  readonly name: string;
  /** Null: takes no time. */
  readonly timeSec: number | null;
  /** Null: it passed. */
  readonly failure: JunitFailure | null;
};

/** A `failure` of a case. */
export type JunitFailure = {
  /** One line. */
  readonly message: string;
  /** As many lines as it needs. */
  readonly text: string;
};

/** A whole document; texts may hold anything, what XML cannot say is replaced. */
export function junitXml(suites: readonly JunitSuite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', { name: 'boomer-node', ...countsOf(cases) });
  for (const { name, cases: ofSuite } of suites) {
    const suite = document.ele('testsuite', { name: attribute(name), ...countsOf(ofSuite), skipped: '0' });
    for (const { className, name: caseName, timeSec, failure } of ofSuite) {
      const node = suite.ele('testcase', { classname: attribute(className), name: attribute(caseName), time: seconds(timeSec ?? 0) });
      if (failure !== null) node.ele('failure', { message: attribute(failure.message), type: 'failure' }).txt(legal(failure.text));
    }
  }
  return `${document.end({ prettyPrint: true })}\n`;
}

function countsOf(cases: readonly JunitCase[]): Record<string, string> {
  return {
    tests: String(cases.length),
    failures: String(cases.filter(({ failure }) => failure !== null).length),
    errors: '0',
    time: seconds(cases.reduce((sum, { timeSec }) => sum + (timeSec ?? 0), 0)),
  };
}

function seconds(timeSec: number): string {
  return timeSec.toFixed(3);
}

/** A parser turns line ends in attributes into spaces: shown as they are written in code they stay readable. */
function attribute(text: string): string {
  return legal(text.replaceAll('\r', '\\r').replaceAll('\n', '\\n'));
}

/**
 * Replaces characters that XML 1.0 forbids even when escaped. The package takes `&amp;` in a text for an entity that is
 * escaped already, so ampersands are escaped here.
 */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD').replaceAll('&', '&amp;');
}
