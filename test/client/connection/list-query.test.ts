import { expect, it } from '@jest/globals';
import { listQuery, unknownAttribute } from '../../../client/connection/list-query.ts';

it('runs of any of the types, with all of the attributes', () => {
  const attributes = { SluiceService: 'reviews', SluiceStage: "it's" };
  expect(listQuery({ types: ['rollout', 'canary'], attributes })).toBe(
    "(WorkflowType = 'rollout' OR WorkflowType = 'canary') AND SluiceService = 'reviews' AND SluiceStage = 'it\\'s'",
  );
});

it('runs of one workflow id', () => {
  expect(listQuery({ types: ['teardown'], workflowId: "teardown/it's", attributes: {} })).toBe(
    "(WorkflowType = 'teardown') AND WorkflowId = 'teardown/it\\'s'",
  );
});

it('a server that does not know an attribute yet is told from one that is in trouble', () => {
  const details = 'Namespace default has no mapping defined for search attribute SluiceStage';
  expect(unknownAttribute(Object.assign(new Error(), { code: 3, details }))).toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('a worker registers it when it starts') as unknown,
  });
  expect(unknownAttribute(Object.assign(new Error(), { code: 14, details }))).toBeNull();
  expect(unknownAttribute(new Error('boom'))).toBeNull();
});
