package dev.runway.groundtruth.window;

/** A version of a model: what windows are kept under. */
public record ModelVersion(String modelId, String version) {}
