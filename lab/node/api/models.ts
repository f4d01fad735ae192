import type {
  V1Binding,
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1DeleteOptions,
  V1EnvVar,
  V1EnvVarSource,
  V1HTTPGetAction,
  V1Lease,
  V1Node,
  V1NodeStatus,
  V1Pod,
  V1PodCondition,
  V1PodStatus,
  V1Probe,
  V1Service,
  V1ServicePort,
  V1Status,
} from '@kubernetes/client-node';

/** The data of a client-node model, without the class that client-node reads answers into. */
export type Plain<T> = T extends Date ? T : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

export type Binding = Plain<V1Binding>;
export type Container = Plain<V1Container>;
export type ContainerState = Plain<V1ContainerState>;
export type ContainerStatus = Plain<V1ContainerStatus>;
export type DeleteOptions = Plain<V1DeleteOptions>;
export type EnvVar = Plain<V1EnvVar>;
export type EnvVarSource = Plain<V1EnvVarSource>;
export type HttpGetAction = Plain<V1HTTPGetAction>;
export type KubernetesNode = Plain<V1Node>;
export type NodeStatus = Plain<V1NodeStatus>;
export type Pod = Plain<V1Pod>;
export type PodCondition = Plain<V1PodCondition>;
export type PodStatus = Plain<V1PodStatus>;
export type Probe = Plain<V1Probe>;
export type Service = Plain<V1Service>;
export type ServicePort = Plain<V1ServicePort>;
export type KubernetesStatus = Plain<V1Status>;
export type Lease = Plain<V1Lease>;
