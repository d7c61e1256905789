/** What an architecture is: a function that draws itself on a graph with weights it asks for. */
import type { Graph } from "../graph.ts";
import type { Weights } from "../weights.ts";

export type Architecture = (g: Graph, w: Weights) => void;
