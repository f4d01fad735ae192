import type { RelabelRule } from '../../../lab/prometheus/relabel.ts';

type Labels = Readonly<Record<string, string>>;

/** What Prometheus does with one target or sample: the labels it ends up with, `undefined` when it is dropped. */
export function relabel(rules: readonly RelabelRule[], given: Labels): Labels | undefined {
  let labels: Labels | undefined = given;
  for (const rule of rules) {
    if (labels === undefined) return undefined;
    labels = apply(rule, labels);
  }
  return labels;
}

function apply(rule: RelabelRule, labels: Labels): Labels | undefined {
  // Prometheus anchors every expression at both ends.
  const regex = new RegExp(`^(?:${rule.regex ?? '(.*)'})$`, 's');
  const source = (rule.source_labels ?? []).map((name) => labels[name] ?? '').join(rule.separator ?? ';');
  switch (rule.action ?? 'replace') {
    case 'keep':
      return regex.test(source) ? labels : undefined;
    case 'drop':
      return regex.test(source) ? undefined : labels;
    case 'labelmap':
      return {
        ...labels,
        ...Object.fromEntries(
          Object.entries(labels)
            .filter(([name]) => regex.test(name))
            .map(([name, value]) => [name.replace(regex, rule.replacement ?? '$1'), value]),
        ),
      };
    case 'replace':
      if (!regex.test(source)) return labels;
      return { ...labels, [rule.target_label ?? '']: source.replace(regex, rule.replacement ?? '$1') };
  }
}
