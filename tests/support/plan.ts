export interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  Plans?: PlanNode[];
}

/** All nodes of what `EXPLAIN (FORMAT JSON)` answers. */
export function nodesOf(rows: { "QUERY PLAN": { Plan: PlanNode }[] }[]): PlanNode[] {
  const [root] = rows[0]?.["QUERY PLAN"] ?? [];
  if (!root) throw new Error("no plan");
  const below = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(below)];
  return below(root.Plan);
}
