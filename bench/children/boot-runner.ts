import { type Adapter } from '../variants/hello-app.js';
import { createVariant, type VariantName } from '../variants/variants.js';
import { answer } from '../child.js';

/** Measures one start of one variant. */
const [name, adapter] = process.argv.slice(2) as [VariantName, Adapter];

// Modules that every application loads anyway: Nest, rxjs and the adapters.
await import('../variants/bare.js');
const startedAt = performance.now();
if (name === 'ours') await import('nestjs-prometheus-exporter');
const importedAt = performance.now();
const app = await createVariant(name, adapter);
await app.listen(0, '127.0.0.1');
const listeningAt = performance.now();

const commands = {
  times: () => ({ importMs: importedAt - startedAt, totalMs: listeningAt - startedAt }),
};
export type BootRunner = typeof commands;

answer(commands);
