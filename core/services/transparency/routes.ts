import { Refusal, type RouteHandler, type RouteTable } from '../../api/index.js';
import type { Hash } from '../../verifier/transparency/merkle-tree.js';

/** Hashes of a tile (https://c2sp.org/tlog-tiles). */
const WIDTH = 256;

const tile = (depth: number) => ({
  method: 'GET' as const,
  path: `/tile/{level}/${Array.from({ length: depth }, (_, at) => `{part${at}}`).join('/')}`,
  scope: 'public',
  summary: 'Hashes of the log, 256 at a time, or its entries (level "entries"): all that auditors compute proofs from.',
  replies: {
    200: { description: 'The tile; it never changes.', mediaTypes: ['application/octet-stream'] },
    404: { description: 'The log has no such tile, or not yet.' },
  },
});

export const transparencyRoutes = {
  mount: '/log',
  routes: {
    checkpoint: {
      method: 'GET',
      path: '/checkpoint',
      scope: 'public',
      summary: "The newest signed checkpoint of the transparency log, with its witnesses' signatures.",
      replies: {
        200: { description: 'A signed note (c2sp.org/tlog-checkpoint).', mediaTypes: ['text/plain'] },
        404: { description: 'Nothing has been signed yet.' },
      },
    },
    key: {
      method: 'GET',
      path: '/key',
      scope: 'public',
      summary: "The log's public key as one line. Compare it with one that you have had from elsewhere.",
      replies: { 200: { description: 'name+id+key (c2sp.org/signed-note).', mediaTypes: ['text/plain'] } },
    },
    tile1: tile(1),
    tile2: tile(2),
    tile3: tile(3),
    tile4: tile(4),
  },
} as const satisfies RouteTable;

export interface PublicLog {
  checkpoint(): Promise<string | undefined>;
  key(): Promise<string>;
  /** How many entries are under the newest signed checkpoint: more is not shown. */
  size(): Promise<number>;
  hashes(level: number, from: number, count: number): Promise<readonly Hash[]>;
  records(from: number, count: number): Promise<readonly string[]>;
}

export function transparencyHandlers(log: PublicLog): Record<keyof typeof transparencyRoutes.routes, RouteHandler> {
  const unknown = () => new Refusal(404, 'LOG_TILE_UNKNOWN', 'The log has no such tile, or not yet.');
  const handleTile: RouteHandler = async ({ params }) => {
    const parts = Object.entries(params).filter(([name]) => name.startsWith('part'));
    const wanted = wantedTile(
      params.level ?? '',
      parts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part),
    );
    if (!wanted) throw unknown();
    const { level, index, width } = wanted;
    const available = Math.floor((await log.size()) / WIDTH ** level);
    if (index * WIDTH + width > available) throw unknown();
    const body = wanted.isEntries
      ? bundle(await log.records(index * WIDTH, width))
      : Uint8Array.from((await log.hashes(level * 8, index * WIDTH, width)).flatMap((hash) => [...hash]));
    return { status: 200, mediaType: 'application/octet-stream', body, headers: shared('max-age=31536000, immutable') };
  };
  return {
    async checkpoint() {
      const note = await log.checkpoint();
      if (note === undefined) throw new Refusal(404, 'LOG_EMPTY', 'Nothing has been signed yet.');
      return { status: 200, mediaType: 'text/plain; charset=utf-8', body: note, headers: shared('max-age=2') };
    },
    async key() {
      return { status: 200, mediaType: 'text/plain; charset=utf-8', body: `${await log.key()}\n`, headers: shared('max-age=3600') };
    },
    tile1: handleTile,
    tile2: handleTile,
    tile3: handleTile,
    tile4: handleTile,
  };
}

const shared = (age: string) => ({ 'cache-control': `public, ${age}`, 'access-control-allow-origin': '*' });

/** `x001/x234/067`, or `067.p/12` for one that is not full. */
function wantedTile(
  level: string,
  parts: readonly string[],
): { level: number; isEntries: boolean; index: number; width: number } | undefined {
  const isEntries = level === 'entries';
  const [, digits, partial] = /^((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(parts.join('/')) ?? [];
  if (digits === undefined || !(isEntries || /^([0-9]|[1-5]\d|6[0-3])$/.test(level))) return undefined;
  const width = partial === undefined ? WIDTH : Number(partial);
  const index = Number(digits.replace(/[x/]/g, ''));
  return width <= WIDTH && (partial === undefined || width < WIDTH)
    ? { level: isEntries ? 0 : Number(level), isEntries, index, width }
    : undefined;
}

/** Entries with their lengths in front, as big-endian 16-bit numbers. */
function bundle(records: readonly string[]): Uint8Array {
  const parts = records.flatMap((record) => {
    const bytes = new TextEncoder().encode(record);
    return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
  });
  return Uint8Array.from(parts);
}
