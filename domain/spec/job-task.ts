/** Something to run as a Kubernetes Job. */
export interface JobTask {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly serviceAccount: string | null;
  /** Milliseconds that the Job may take. */
  readonly timeout: number;
}
