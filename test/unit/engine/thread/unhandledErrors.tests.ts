import { Attribution } from '../../../../src/engine/thread/recording/exceptions.ts';
import { task } from '../../../../src/scenario/task.ts';
import { User } from '../../../../src/scenario/user.ts';
import { constant } from '../../../../src/scenario/waitTime.ts';
import { Stage, pass, useFakeTime } from './stage.ts';

useFakeTime();

describe('attribution', () => {
  it('is off before Node 24 until an error went astray, and on from Node 24', () => {
    expect(new Attribution('20.19.0').isOn).toBe(false);
    expect(new Attribution('24.0.0').isOn).toBe(true);
    const attribution = new Attribution('22.12.0');
    attribution.begin();
    expect(attribution.isOn).toBe(true);
  });

  it('knows the owner through awaits, and nobody outside', async () => {
    const attribution = new Attribution<string>('20.0.0');
    const seen: unknown[] = [];
    await attribution.run('ada', async () => {
      await Promise.resolve();
      seen.push(attribution.owner());
    });
    expect(seen).toEqual(['ada']);
    expect(attribution.owner()).toBeNull();
  });

  it("runs a user's tasks as the user's once it is on, and can say what the user is doing", async () => {
    const stage = new Stage();
    const owners: unknown[] = [];
    class Ada extends User {
      override waitTime = constant(1);
      @task
      async work(): Promise<void> {
        await Promise.resolve();
        owners.push(stage.attribution.owner());
      }
    }
    const life = stage.born(Ada);
    await pass(0);
    stage.attribution.begin();
    await pass(1000);
    expect(owners).toEqual([null, life]);
    expect(life.doing).toBe('Ada.work');
  });
});
