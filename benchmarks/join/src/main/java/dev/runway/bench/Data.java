package dev.runway.bench;

/** Whose events are played. */
enum Data {
  SYNTHETIC,
  FLIGHTS
}
