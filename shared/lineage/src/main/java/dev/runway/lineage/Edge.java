package dev.runway.lineage;

/**
 * A dependency.
 *
 * @param upstream what is used
 * @param downstream what uses it
 */
public record Edge(NodeId upstream, NodeId downstream, EdgeKind kind) {}
