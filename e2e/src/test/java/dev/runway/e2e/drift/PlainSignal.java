package dev.runway.e2e.drift;

/** A value and what it was compared with. */
public record PlainSignal(String metric, double value, double threshold) {}
