import { describe, expect, it } from '@jest/globals';
import type { KubeObject, ManagedFields } from '../../../../activities/kubernetes/index.ts';
import { describeWriter, foreignWriter } from '../../../../activities/traffic/routing/field-owner.ts';
import { virtualService } from '../fake-mesh.ts';

/** As a Kubernetes 1.36 API server tells it: the list of routes is one field. */
const entry = (manager: string, operation: 'Apply' | 'Update', time: string, ...fields: string[]) => ({
  manager,
  operation,
  time,
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
});

function managedBy(...managedFields: ManagedFields[]): KubeObject {
  const object = virtualService('reviews', {});
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

const ours = entry('sluice', 'Apply', '2026-11-23T23:29:58Z', 'http');
const argo = entry('argocd-controller', 'Apply', '2026-11-23T23:29:50Z', 'hosts', 'http');
const edited = entry('kubectl-edit', 'Update', '2026-11-23T23:29:59Z', 'http');

const writerOf = (object: KubeObject) => describeWriter(foreignWriter(object));

describe('the writer of foreign routes', () => {
  it('is who owns them beside Sluice, with the way and the time', () => {
    const hosts = entry('helm', 'Update', '2026-11-24T00:00:00Z', 'hosts');
    expect(writerOf(managedBy(hosts, edited))).toBe('kubectl-edit (Update, 2026-11-23T23:29:59Z)');
  });

  it('is the latest of several', () => {
    expect(writerOf(managedBy(edited, argo))).toContain('kubectl-edit');
    expect(writerOf(managedBy(argo, ours))).toContain('argocd-controller');
  });

  it('is the latest other writer where the routes were removed, for then nobody owns them', () => {
    const hosts = entry('kubectl-patch', 'Update', '2026-11-23T23:30:00Z', 'hosts');
    expect(writerOf(managedBy(ours, hosts))).toContain('kubectl-patch');
  });

  it('is not known where the API server tells none', () => {
    expect(writerOf(managedBy())).toBe('unknown');
    expect(writerOf(virtualService('reviews', {}))).toBe('unknown');
  });
});
