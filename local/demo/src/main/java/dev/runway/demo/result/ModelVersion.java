package dev.runway.demo.result;

/** A version of a model, which has a baseline of its own. */
public record ModelVersion(String modelId, String version) {}
