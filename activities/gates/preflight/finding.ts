/** Something that keeps a gate from saying anything. */
export interface Finding {
  /** Whether it stays until somebody changes the spec or the cluster. */
  readonly isProblem: boolean;
  readonly text: string;
}
