import { describe, expect, it } from '@jest/globals';
import { parseObjects } from '../../../../domain/spec/objects/parse-objects.ts';

const map = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: ${data}\n`;

describe('the objects of a text', () => {
  it('are those of all its documents, the items of a List among them, and none of comments', () => {
    const items = `apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Pod, metadata: { name: b } }\n`;
    const text = `# a comment\n---\n${map('{}')}---\n# Source: empty\n---\n${items}---\n{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}\n`;
    expect(parseObjects(text)).toMatchObject({
      objects: [{ kind: 'ConfigMap' }, { metadata: { name: 'b' } }, { metadata: { name: 'c' } }],
    });
    expect(parseObjects('')).toEqual({ objects: [] });
  });

  it.each([
    ['{ mode: 0644 }', { mode: 420 }],
    ['{ on: yes }', { true: true }],
    ['{ at: 12:30:45, day: 2026-01-02 }', { at: '12:30:45', day: '2026-01-02' }],
    ['{ <<: { a: 1 }, b: "0644" }', { a: 1, b: '0644' }],
  ])('have the values that kubectl reads: %s', (data, expected) => {
    expect(parseObjects(map(data))).toMatchObject({ objects: [{ data: expected }] });
  });

  it('have every mistake told, with its line in the file', () => {
    const text = `${map('{}')}---\nkind: Pod\nmetadata:\n  name: [x]\n---\napiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Pod }\n`;
    expect(parseObjects(text)).toEqual({
      issues: [
        { path: 'apiVersion', message: expect.stringContaining('missing'), line: 6, column: 1 },
        {
          path: 'metadata.name',
          message: expect.stringContaining('a list is not the name of an object'),
          line: 8,
          column: 3,
        },
        { path: 'items[0].metadata', message: expect.stringContaining('missing'), line: 13, column: 5 },
      ],
    });
    expect(parseObjects('a: [')).toMatchObject({
      issues: [{ message: expect.stringContaining('not valid YAML') }],
    });
  });
});
