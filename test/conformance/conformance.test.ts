/**
 * The 81 behaviours of a Locust worker, grouped A to G, against a fake master. Each test's name begins with its number.
 *
 * One file for jest, so that all of them share its slots: most of their time is waiting, the longest more than a minute.
 * Run one with `-t '[24]'`.
 */
import './a.neverBreakTheMaster.ts';
import './b.connect.ts';
import './c.heartbeats.ts';
import './d.spawn.ts';
import './e.endings.ts';
import './f.stats.ts';
import './g.rest.ts';
