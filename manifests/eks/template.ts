/** A CloudFormation template, as far as Sluice writes any. */
export interface Template {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Resources: Resources;
  readonly Outputs: Outputs;
}

/** Resources by logical id. */
export type Resources = Readonly<Record<string, Resource>>;

/** A resource as CloudFormation describes it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  /** A list always: eksctl reads no single name. */
  readonly DependsOn?: readonly string[];
}

/** What a stack tells others. */
export type Outputs = Readonly<
  Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
>;

/** The physical id of a resource, or a pseudo parameter. */
export function ref(logicalId: string) {
  return { Ref: logicalId };
}

/** An attribute of a resource. */
export function attribute(logicalId: string, name: string) {
  return { 'Fn::GetAtt': [logicalId, name] };
}

/** Text with `${…}` in it. */
export function substituted(text: string) {
  return { 'Fn::Sub': text };
}

/** The tag that the console shows as a name: `<stack>/<logical id>`. */
export function nameTag(logicalId: string) {
  return { Key: 'Name', Value: substituted(`\${AWS::StackName}/${logicalId}`) };
}

/** An AWS managed policy, in whatever partition the stack is. */
export function managedPolicy(name: string) {
  return substituted(`arn:\${AWS::Partition}:iam::aws:policy/${name}`);
}

/**
 * A boundary of the permissions of a role.
 * @param arn of a policy; undefined for none
 */
export function boundary(arn: string | undefined) {
  return arn === undefined ? {} : { PermissionsBoundary: arn };
}

/** Trust of a service in a role. */
export function trust(service: unknown, actions: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: actions }],
  };
}
