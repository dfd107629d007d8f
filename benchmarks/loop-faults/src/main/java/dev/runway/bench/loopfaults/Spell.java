package dev.runway.bench.loopfaults;

/**
 * A time in which a model drifts: from a window on, until a new version serves.
 *
 * @param end minute of the day at which the first window that drifts ends
 * @param trainMinutes how long the training takes, whole tens of minutes
 */
public record Spell(String modelId, int end, int trainMinutes) {}
