/** How the members of one object become lines of N-Quads; made by `compile`, followed by `canonicalForm`. */
export interface NodePlan {
  /** The member that names the node; without one it is a blank node. */
  readonly id?: string;
  /** Members that must be there and be this, by their JSON. */
  readonly constants: readonly { readonly name: string; readonly json: string }[];
  /** In the order in which RDFC-1.0 sorts the lines of one subject. */
  readonly entries: readonly Entry[];
}

/** `head` and `tail`: what stands in a line before and after the value, the subject aside. */
export type Entry =
  | { readonly kind: 'line'; readonly head: string }
  | {
      readonly kind: 'text' | 'integer' | 'boolean' | 'iri';
      readonly name: string;
      readonly head: string;
      readonly tail: string;
    }
  | { readonly kind: 'node'; readonly name: string; readonly head: string; readonly plan: NodePlan; readonly isMany: boolean };
