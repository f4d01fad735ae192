/** Jest's own runner, once for labs and once for unit tests, side by side: neither kind waits for the other. */
import {
  EmittingTestRunner,
  type Test,
  type TestEvents,
  type TestRunnerOptions,
  type TestWatcher,
  type UnsubscribeFn,
} from 'jest-runner';
import jestRunner from 'jest-runner';

// Its types are those of a CommonJS module, whose default is a property.
const JestRunner = jestRunner as unknown as typeof jestRunner.default;
type JestRunner = InstanceType<typeof JestRunner>;

/** End-to-end files that run at a time: each is a cluster with its mesh, and some count requests while they are under load. */
const endToEndAtOnce = 1;

const isEndToEnd = ({ path }: Test) => path.includes('/test/e2e/');

/** Runs end-to-end files in processes of their own beside the unit tests, of which `maxWorkers` run at a time. */
export default class SideBySide extends EmittingTestRunner {
  private readonly subscriptions = new Set<(runner: JestRunner) => UnsubscribeFn>();

  override async runTests(tests: Test[], watcher: TestWatcher, options: TestRunnerOptions): Promise<void> {
    const groups = options.serial ? [{ files: tests, atOnce: 1 }] : this.groupsOf(tests);
    const running = groups
      .filter(({ files }) => files.length > 0)
      .map(({ files, atOnce }) =>
        this.newRunner(Math.min(atOnce, files.length)).runTests(files, watcher, options),
      );
    await Promise.all(running);
  }

  private groupsOf(tests: Test[]): { files: Test[]; atOnce: number }[] {
    const { maxWorkers } = this._globalConfig;
    return [
      { files: tests.filter((test) => !isEndToEnd(test)), atOnce: maxWorkers },
      { files: tests.filter(isEndToEnd), atOnce: Math.min(endToEndAtOnce, maxWorkers) },
    ];
  }

  private newRunner(maxWorkers: number): JestRunner {
    const runner = new JestRunner({ ...this._globalConfig, maxWorkers }, this._context);
    for (const subscribe of this.subscriptions) subscribe(runner);
    return runner;
  }

  override on<Name extends keyof TestEvents>(
    event: Name,
    listener: (data: TestEvents[Name]) => void | Promise<void>,
  ): UnsubscribeFn {
    const subscribe = (runner: JestRunner) => runner.on(event, listener);
    this.subscriptions.add(subscribe);
    return () => {
      this.subscriptions.delete(subscribe);
    };
  }
}
