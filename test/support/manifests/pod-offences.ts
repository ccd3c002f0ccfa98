/** What the Pod Security Standard `restricted` would refuse, and what we ask for besides: limits, pinned images, no root to write to. */
import type { Container, Pod, Volume } from './kubernetes.ts';
import { containersOf } from './render.ts';

export function podOffences(pod: Pod): string[] {
  return [
    ...ofPod(pod),
    ...pod.volumes.flatMap(ofVolume),
    ...containersOf(pod).flatMap((each) => ofContainer(each, pod)),
  ];
}

function ofPod(pod: Pod): string[] {
  return told([
    [pod.securityContext?.runAsNonRoot !== true, 'may run as root'],
    [pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault', 'has no seccomp profile'],
    [pod.hostNetwork === true || pod.hostPID === true || pod.hostIPC === true, 'shares namespaces of the host'],
    [pod.automountServiceAccountToken !== false, 'mounts a token of the Kubernetes API into every container'],
  ]);
}

function ofVolume({ name, configMap, emptyDir, projected }: Volume): string[] {
  return told([
    [!configMap && !emptyDir && !projected, `volume ${name} is of a kind that is not allowed`],
    [emptyDir !== undefined && emptyDir.sizeLimit === undefined, `volume ${name} has no limit`],
    [projected !== undefined && projected.defaultMode !== 0o400, `volume ${name} can be read by others`],
  ]);
}

function ofContainer(
  { name, image, resources, ports = [], securityContext: context = {} }: Container,
  pod: Pod,
): string[] {
  const has = (of: 'requests' | 'limits') => resources?.[of]?.['cpu'] && resources[of]['memory'];
  const user = context.runAsUser ?? pod.securityContext?.runAsUser ?? 0;
  return told([
    [context.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [context.privileged === true, 'is privileged'],
    [context.readOnlyRootFilesystem !== true, 'may write to its root'],
    [!context.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [context.capabilities?.add !== undefined, 'adds capabilities'],
    [user < 10_000, 'has no user of its own'],
    [ports.some(({ hostPort }) => hostPort !== undefined), 'takes a port of the host'],
    [!has('requests'), 'has no requests'],
    [!has('limits'), 'has no limits'],
    [!/:v?\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?$/.test(image), `has no pinned version: ${image}`],
  ]).map((offence) => `${name} ${offence}`);
}

function told(rules: readonly (readonly [boolean, string])[]): string[] {
  return rules.filter(([isBroken]) => isBroken).map(([, offence]) => offence);
}
