import type { LabelSelector } from '../../kubernetes/object.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether a label selector selects an object, by the rules of Kubernetes: an empty selector selects everything.
 * @param selector of a webhook, a Service or a workload
 * @param labels of the object
 */
export function isSelected(selector: LabelSelector | undefined, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const isEqual = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return isEqual && matchExpressions.every((expression) => meets(expression, labels));
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

function meets({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}
