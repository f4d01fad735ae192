import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ensureSearchAttributes } from '../../worker/search-attributes.ts';

type Services = Parameters<typeof ensureSearchAttributes>[0];
type Call = () => Promise<unknown>;

const known: Call = () => Promise.resolve({});
const refusedWith = (code: number, message: string) => () =>
  Promise.reject(Object.assign(new Error(message), { code }));
const unknown = refusedWith(3, 'invalid query: no such column SluiceService');

const count = jest.fn<Call>();
const add = jest.fn<(request: unknown) => Promise<unknown>>();
const services = {
  workflowService: { countWorkflowExecutions: count },
  operatorService: { addSearchAttributes: add },
} as unknown as Services;
const ensure = () => ensureSearchAttributes(services, 'delivery', new AbortController().signal);

afterEach(() => {
  jest.resetAllMocks();
});

describe('search attributes', () => {
  it('that are there are left alone', async () => {
    count.mockImplementation(known);
    await ensure();
    expect(add).not.toHaveBeenCalled();
  });

  it('that are missing are added as keywords, and awaited', async () => {
    count.mockImplementationOnce(unknown).mockImplementationOnce(unknown).mockImplementation(known);
    add.mockImplementation(known);
    await ensure();
    expect(add).toHaveBeenCalledWith({
      namespace: 'delivery',
      searchAttributes: { SluiceService: 2, SluiceCluster: 2, SluiceStage: 2, SluiceOutcome: 2 },
    });
    expect(count).toHaveBeenCalledTimes(3);
  });

  it('that may not be added are refused with the command that adds them', async () => {
    count.mockImplementation(unknown);
    add.mockImplementation(refusedWith(7, 'Request unauthorized.'));
    await expect(ensure()).rejects.toThrow(
      'namespace delivery does not have the search attributes SluiceService, SluiceCluster, SluiceStage, SluiceOutcome ' +
        'of type Keyword, and the worker could not add them (Request unauthorized.): run `temporal operator ' +
        'search-attribute create --namespace delivery --name SluiceService --type Keyword --name SluiceCluster ' +
        '--type Keyword --name SluiceStage --type Keyword --name SluiceOutcome --type Keyword` as somebody who may, ' +
        'then start the worker again',
    );
  });

  it('of a server that is away are no refusal', async () => {
    const away = refusedWith(14, 'tcp connect error');
    count.mockImplementationOnce(away);
    await expect(ensure()).rejects.toMatchObject({ message: 'tcp connect error', code: 14 });
    count.mockImplementationOnce(unknown);
    add.mockImplementation(away);
    await expect(ensure()).rejects.toMatchObject({ message: 'tcp connect error', code: 14 });
  });
});
