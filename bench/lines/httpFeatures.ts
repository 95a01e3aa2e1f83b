/** What each feature of the HTTP client costs a request that uses it, beside a request that uses none. */
import type { Contestant, Line, OpenLine, Scale } from '../line.ts';
import { clientCore } from '../support/cores.ts';
import { featureNames, needNginx, type FeatureName } from '../support/httpFeatures.ts';
import { ownProgram } from '../support/paths.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget, type Target } from '../support/target.ts';

export const httpFeatures: Line = { name: 'httpFeatures', open };

/** Many contestants: each gets a part of the usual time. */
const share = 0.3;

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const contestants: Record<string, Contestant> = {};
  for (const feature of featureNames) contestants[feature] = () => cpuOf(feature, target, scale);
  return {
    contestants,
    rows(medians) {
      const plain = medians.of('plain', 'cpuUs');
      return featureNames.slice(1).map((feature) => {
        const own = medians.of(feature, 'cpuUs');
        const more = own === null || plain === null ? null : own - plain;
        return {
          what: `HTTP client, CPU of a request with: ${feature}`,
          figure: `${quantity(own, 'µs')} (${more === null ? '–' : `${more < 0 ? '−' : '+'}${Math.abs(more).toFixed(1)} µs`})`,
          peer: `a request with nothing of it: ${quantity(plain, 'µs')}`,
          ratio: ratioText(own, plain),
          goal: '',
          isMet: null,
        };
      });
    },
    notes: target.notes,
    close: target.stop,
  };
}

async function cpuOf(feature: FeatureName, target: Target, scale: Scale): Promise<{ cpuUs: number } | null> {
  if (target.name !== 'nginx' && needNginx.has(feature)) return null;
  const times = [scale.warmUpMs * share, scale.windowMs * share].map((ms) => String(Math.round(ms)));
  const client = start(ownProgram('httpFeature', target.origin, feature, ...times), { core: clientCore });
  try {
    const [, cpuUs] = await client.says(/cpuUs ([\d.]+)/u);
    return { cpuUs: Number(cpuUs) };
  } finally {
    await client.stop();
  }
}
