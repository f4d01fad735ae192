import type { Answer } from '../../../domain/gates/answer.ts';
import type { Series } from '../prometheus.ts';

/** How the requests that a series of `istio_requests_total` counts ended. */
export function readAnswer(labels: Series['labels']): Answer {
  const flags = (labels.response_flags ?? '').split(',').filter((flag) => flag !== '' && flag !== '-');
  const status = labels.request_protocol === 'grpc' ? (labels.grpc_response_status ?? '') : '';
  return { code: labels.response_code ?? '', flags, status: status === '' ? null : Number(status) };
}
