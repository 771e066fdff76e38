import type { NodeShape, Shape } from './shape.js';

/** One member: the names on the way to it. */
export type Path = readonly string[];

/** Ways in which an IRI may begin. Each is tried, since a context can make a prefix of any of them. */
export const SCHEMES = ['urn:', 'did:', 'https://', 'http://'] as const;
export type Scheme = (typeof SCHEMES)[number];

export interface SampleOptions {
  /** Left out. */
  readonly without?: Path;
  /** How its texts begin. */
  readonly scheme?: Scheme;
  /** True: two of whatever may be many. */
  readonly isMany?: boolean;
}

/**
 * A document of this shape with every member and no value twice.
 *
 * Its texts look like IRIs, which nothing in JSON-LD forbids a literal, so that one sample shows which members are IRIs.
 */
export function sampleOf(shape: NodeShape, options: SampleOptions = {}): Record<string, unknown> {
  return nodeSample(shape, [], options, '');
}

function nodeSample(shape: NodeShape, path: Path, options: SampleOptions, suffix: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of shape.members) {
    const at = [...path, name];
    if (String(at) !== String(options.without)) result[name] = valueSample(member, at, options, suffix);
  }
  return result;
}

function valueSample(shape: Shape, path: Path, options: SampleOptions, suffix: string): unknown {
  switch (shape.kind) {
    case 'constant':
      return shape.value;
    case 'text':
      return textSample(path, options.scheme) + suffix;
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'node': {
      const one = nodeSample(shape, path, options, suffix);
      return options.isMany === true && shape.isMany ? [one, nodeSample(shape, path, options, `${suffix}/2`)] : one;
    }
  }
}

/** The text that stands at this place. */
export const textSample = (path: Path, scheme: Scheme = 'urn:'): string => `${scheme}divoc.example:${path.join('/').replaceAll('@', '')}`;
