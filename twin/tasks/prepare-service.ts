import type { Honesty } from '../../system/honesty.ts';
import type { Service } from '../../system/service.ts';
import type { ImageStore, PreparedImage } from '../images/image-store.ts';
import { permissionFlags } from './node-flags.ts';

/** A service whose images are ready, or that cannot run here. */
export type PreparedService =
  | { readonly runs: true; readonly images: ReadonlyMap<string, PreparedImage>; readonly honesty: readonly Honesty[] }
  | { readonly runs: false; readonly why: string; readonly honesty: readonly Honesty[] };

const TYPE = 'AWS::ECS::TaskDefinition';

/**
 * Prepares the images of a service. If an essential container cannot run, the service is refused; any other container
 * is left out. Both are reported, as is what differs from Fargate in a container.
 */
export async function prepareService(
  service: Service,
  store: ImageStore,
  progress: (text: string) => void,
): Promise<PreparedService> {
  const { id, containers } = service.definition;
  const images = new Map<string, PreparedImage>();
  const honesty: Honesty[] = [];
  let refused: string | undefined;
  for (const [index, container] of containers.entries()) {
    const about = (property: string) => ({ id, type: TYPE, property: `ContainerDefinitions.${index}.${property}` });
    const image = await store.prepare(container, progress);
    if (image.kind === 'refused') {
      honesty.push({ ...about('Image'), verdict: 'refused', why: `container ${container.name}: ${image.why}` });
      if (container.essential) refused ??= `container ${container.name}: ${image.why}`;
      continue;
    }
    images.set(container.name, image);
    honesty.push({ ...about('Image'), verdict: 'simulated', why: howItRuns(container.name, image.base.node) });
    if (container.readonlyRoot) honesty.push({ ...about('ReadonlyRootFilesystem'), ...readOnlyRoot(container.name) });
  }
  return refused === undefined ? { runs: true, images, honesty } : { runs: false, why: refused, honesty };
}

const NODE = Number(process.versions.node.split('.')[0]);

/** Programs other than Node see more of this machine than they should; nothing prevents it, so it is said. */
function howItRuns(container: string, asked: number | undefined): string {
  const node =
    asked === undefined || asked === NODE
      ? `Node ${NODE}`
      : `Node ${NODE}, the twin's own, not the ${asked} it asks for`;
  return `container ${container} runs on ${node}, in a copy of its files; programs that are not Node see this machine's paths`;
}

function readOnlyRoot(container: string): Pick<Honesty, 'verdict' | 'why'> {
  if (permissionFlags([]) === undefined) {
    return {
      verdict: 'accepted',
      why: `Node ${NODE} has no permission model: nothing stops container ${container} from writing; use Node 22 or later`,
    };
  }
  return {
    verdict: 'simulated',
    why: `in container ${container} it holds for Node's own file functions; a spawned shell, node:sqlite and native addons can still write to the task's copy`,
  };
}
