import { describe, expect, it } from '@jest/globals';
import { describeAnswer, judgeAnswer } from '../../../domain/gates/answer.ts';
import { badAnswers } from '../../support/bad-answers.ts';

const answer = (code: string, flags: string[] = [], status: number | null = null) => ({
  code,
  flags,
  status,
});

describe('an answer', () => {
  it.each([
    ['200', [], 'good'],
    ['404', [], 'good'],
    ['429', [], 'good'],
    ['500', [], 'bad'],
    ['599', [], 'bad'],
    ['200', ['DC'], 'good'],
    ['503', ['UO'], 'bad'],
    ['503', ['UH'], 'bad'],
    ['503', ['NC'], 'bad'],
    ['503', ['UF', 'URX'], 'bad'],
    ['0', ['DC'], 'unanswered'],
    ['0', [], 'unanswered'],
    ['0', ['UC'], 'bad'],
    ['504', ['UT'], 'unanswered'],
    ['504', [], 'bad'],
  ] as const)('of %s with the flags %j is %s', (code, flags, kind) => {
    expect(judgeAnswer(answer(code, [...flags]), badAnswers)).toBe(kind);
  });

  it.each([
    [0, 'good'],
    [1, 'good'],
    [2, 'bad'],
    [4, 'bad'],
    [5, 'good'],
    [12, 'bad'],
    [13, 'bad'],
    [14, 'bad'],
    [15, 'bad'],
    [16, 'good'],
  ] as const)('of gRPC with the status %i is %s', (status, kind) => {
    expect(judgeAnswer(answer('200', [], status), badAnswers)).toBe(kind);
  });

  it('is bad as the gate says', () => {
    const strict = { codes: ['5xx', '429'], statuses: [5] };
    expect(judgeAnswer(answer('429'), strict)).toBe('bad');
    expect(judgeAnswer(answer('428'), strict)).toBe('good');
    expect(judgeAnswer(answer('200', [], 5), strict)).toBe('bad');
    expect(judgeAnswer(answer('200', [], 13), strict)).toBe('good');
  });

  it('that nobody gave is bad whatever codes the gate names', () => {
    expect(judgeAnswer(answer('503', ['UF']), { codes: ['500'], statuses: [2] })).toBe('bad');
    expect(judgeAnswer(answer('200', ['UH'], 14), { codes: ['500'], statuses: [2] })).toBe('bad');
  });

  it('is named as metrics name it', () => {
    expect(describeAnswer(answer('503', ['UF', 'URX']))).toBe('503 UF URX');
    expect(describeAnswer(answer('200', [], 14))).toBe('gRPC 14');
  });
});
