package dev.runway.groundtruth.window;

/** What a bundle of contributions changes in one window of a model version. */
public record WindowDelta(ModelVersion model, WindowKey window, WindowCounts counts) {}
